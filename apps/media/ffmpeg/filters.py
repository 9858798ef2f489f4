"""Filters that make any picture one that every screen shows: without transparency, in the usual range of brightness."""

from typing import Any

from apps.media.ffmpeg.facts import VideoStream

_TONE_MAP = (
    ("zscale", {"transfer": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"primaries": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"transfer": "bt709", "matrix": "bt709", "range": "tv"}),
)
# WebM keeps transparency in a second picture per packet, which FFmpeg's own decoders leave out.
_SEE_THROUGH = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


def decoder_of(stream: VideoStream) -> str:
    """The decoder that must be named, because the usual one would lose something; mostly none."""
    return _SEE_THROUGH.get(stream.codec, "") if stream.alpha else ""


def decoded_by(index: int, decoder: str) -> dict[str, str]:
    """The input option that names it."""
    return {f"c:{index}": decoder} if decoder else {}


def to_sdr(stream: Any) -> Any:
    """Maps the brightness of HDR to what ordinary screens show."""
    for name, options in _TONE_MAP:
        stream = stream.filter(name, **options)
    return stream


def on_black(stream: Any) -> Any:
    """Puts pictures with transparency on black. Before scaling, or hidden colours would bleed over the edges."""
    return stream.filter("premultiply", inplace=1)
