"""What FFmpeg may open. Formats that name other files (playlists, concat, image sequences) are not among it."""

from pathlib import Path

from apps.media.ffmpeg import decoders

PROTOCOLS = "file,pipe"

MEDIA = (
    "mov", "matroska", "avi", "flv", "mpegts", "mpeg", "ogg", "asf", "mxf", "dv", "rm",
    "wav", "w64", "mp3", "aac", "flac", "aiff", "ac3", "eac3", "dts", "caf", "amr", "wv", "tta", "ape", "au", "dsf",
)  # fmt: skip

# Opened by the probe alone, so that a picture can be called a picture.
PICTURES = (
    "png_pipe", "apng", "jpeg_pipe", "gif", "webp_pipe", "webp", "bmp_pipe", "tiff_pipe", "psd_pipe", "svg_pipe",
    "jpegxl_pipe", "jpegxl_anim", "ico", "ppm_pipe", "exr_pipe", "dds_pipe", "qoi_pipe", "pgm_pipe", "pbm_pipe",
)  # fmt: skip


def input_options(*, pictures: bool = False) -> dict[str, str]:
    """The options that every input gets.

    Picture enhancement (LCEVC) inside H.264 and HEVC is told, not applied: its decoder overflows (CVE-2026-125262).
    """
    return {
        "protocol_whitelist": PROTOCOLS,
        "codec_whitelist": decoders.ALLOWED,
        "export_side_data": "enhancements",
        "format_whitelist": ",".join(MEDIA + PICTURES if pictures else MEDIA),
    }


def address(path: Path) -> str:
    """A path that FFmpeg takes for a path, whatever it begins with."""
    return f"file:{path.resolve()}"
