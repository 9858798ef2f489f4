"""Sources that differ in what a picture is made of, and in what carries it."""

from pathlib import Path

from tests import clips
from tests.sources.kinds import Plays, Refused, Source, by_ffmpeg
from tests.sources.patterns import Options, beeps, clock
from tests.sources.rates import AAC, H264, LENGTH

_SHORT = 3.0
_PALE: Options = ["-vf", "format=yuv420p10le,setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc"]


def _portrait(path: Path) -> None:
    flat = path.with_suffix(".flat.mp4")
    clips.ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), *H264, *AAC, flat)
    clips.ffmpeg("-display_rotation", "90", "-i", flat, "-c", "copy", path)
    flat.unlink()


def _streamed(path: Path) -> None:
    """Written to a pipe: the muxer cannot go back and say how long it is."""
    path.write_bytes(clips.ffmpeg_output(*clock("25", LENGTH), *beeps(LENGTH), *H264, *AAC, "-f", "matroska", "pipe:1"))


def _streamed_webm(path: Path) -> None:
    vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-c:a", "libopus"]
    path.write_bytes(clips.ffmpeg_output(*clock("25", LENGTH), *beeps(LENGTH), *vp9, "-f", "webm", "pipe:1"))


def _subtitled(path: Path) -> None:
    text = path.with_suffix(".srt")
    text.write_text("1\n00:00:00,500 --> 00:00:02,000\nGood evening.\n")
    clips.ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), "-i", text, *H264, *AAC, "-c:s", "srt", path)
    text.unlink()


PICTURES = (
    Source(
        "portrait",
        "mp4",
        "portrait, by a rotation flag",
        _portrait,
        Plays(75, "25/1", "108x192", tells_time=True, synchronous=True),
    ),
    Source(
        "odd_size",
        "mkv",
        "193 × 109 pixels",
        by_ffmpeg(*clock("24", _SHORT, size="193x109"), "-c:v", "ffv1"),
        Plays(72, "24/1", "192x108", sounds=(), tells_time=True),
    ),
    Source(
        "anamorphic",
        "mp4",
        "pixels that are not square (16:11)",
        by_ffmpeg(*clock("25", _SHORT, size="180x144"), "-vf", "setsar=16/11", *H264),
        Plays(75, "25/1", "262x144", sounds=(), tells_time=True),
    ),
    Source(
        "silent",
        "mp4",
        "no sound",
        by_ffmpeg(*clock("25", _SHORT), *H264),
        Plays(75, "25/1", sounds=(), tells_time=True),
    ),
    Source(
        "hdr10",
        "mkv",
        "HDR10 (PQ, BT.2020), HEVC",
        by_ffmpeg(*clock("25", _SHORT), *_PALE, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
        Plays(75, "25/1", sounds=(), remark="tone-mapped"),
    ),
    Source(
        "hevc10",
        "mp4",
        "HEVC with 10 bits",
        by_ffmpeg(
            *clock("25", _SHORT),
            *beeps(_SHORT),
            *("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
            *AAC,
        ),
        Plays(75, "25/1", tells_time=True, synchronous=True),
    ),
    Source(
        "av1",
        "mp4",
        "AV1",
        by_ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), "-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-g", "25", *AAC),
        Plays(75, "25/1", tells_time=True, synchronous=True),
    ),
    Source(
        "streamed_webm",
        "webm",
        "VP9 and Opus in a WebM that was streamed: no length in its header",
        _streamed_webm,
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "streamed_mkv",
        "mkv",
        "Matroska that was streamed: no length in its header",
        _streamed,
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "fragmented",
        "mp4",
        "fragmented MP4",
        by_ffmpeg(*clock("25", LENGTH), *beeps(LENGTH), *H264, *AAC, "-movflags", "frag_keyframe+delay_moov"),
        Plays(130, "25/1", chunks=3, tells_time=True, synchronous=True),
    ),
    Source(
        "alpha",
        "mov",
        "see-through pictures (PNG in QuickTime)",
        by_ffmpeg(
            "-f", "lavfi", "-i", "color=s=192x108:r=25:d=3:c=red@0.5,format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,96),0,255)'",
            "-c:v", "png",
        ),
        Plays(75, "25/1", sounds=(), remark="on black"),
    ),
    Source(
        "prores",
        "mov",
        "ProRes 4:2:2 with 10 bits",
        by_ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), "-c:v", "prores", "-c:a", "pcm_s16le"),
        Plays(75, "25/1", tells_time=True, synchronous=True),
    ),
    Source(
        "motion_jpeg",
        "avi",
        "motion JPEG in full range",
        by_ffmpeg(*clock("25", _SHORT), *beeps(_SHORT), "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le"),
        Plays(75, "25/1", tells_time=True, synchronous=True),
    ),
    Source(
        "subtitled",
        "mkv",
        "subtitles inside",
        _subtitled,
        Plays(75, "25/1", tells_time=True, synchronous=True, remark="a track of text"),
    ),
    Source(
        "huge",
        "avi",
        "8192 × 8192 pixels",
        by_ffmpeg("-f", "lavfi", "-i", "color=s=64x64:r=1:d=2,scale=8192:8192:flags=neighbor,format=monob", "-c:v", "rawvideo"),
        Refused("too_many_pixels"),
    ),
)  # fmt: skip
