"""Facts about one stream, from what ffprobe says about it."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from apps.media.ffmpeg.facts import AudioStream, TextStream, VideoStream
from apps.media.ffmpeg.numbers import seconds
from apps.media.ffmpeg.rates import is_constant, nominal, parse
from apps.media.languages import tag_of
from apps.media.words import clean_words

_HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_PROGRESSIVE = frozenset({"", "progressive", "unknown"})
# Subtitles that FFmpeg can write as text; those that are pictures (DVD, Blu-ray, teletext) are not among them.
TEXT = frozenset({
    "subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "microdvd", "sami", "subviewer", "subviewer1",
    "jacosub", "mpl2", "pjs", "realtext", "stl", "vplayer",
})  # fmt: skip
_SEE_THROUGH = re.compile(r"yuva|gbrap|rgba|bgra|argb|abgr|ya8|ya16|yaf|ayuv|vuya|pal8")
# This ffprobe does not decode these, and cannot tell whether anything shines through.
_MAY_SEE_THROUGH = frozenset({"png", "apng", "webp"})
_LONGEST_TITLE = 80
_MOST_KBPS = 10_000_000


def is_cover(stream: Mapping[str, Any]) -> bool:
    marks = stream.get("disposition", {})
    return any(marks.get(name) for name in ("attached_pic", "timed_thumbnails", "still_image"))


def read_video(stream: Mapping[str, Any], start_us: int) -> VideoStream:
    base, average = _rates(stream)
    interlaced = str(stream.get("field_order", "")) not in _PROGRESSIVE
    rotation = _rotation(stream)
    width, height = _shown_size(stream, rotation)
    return VideoStream(
        index=stream["index"],
        codec=str(stream.get("codec_name", "")),
        width=width,
        height=height,
        rate=nominal(base, average, interlaced=interlaced),
        constant_rate=is_constant(base, average),
        duration_ms=end_ms(stream, start_us),
        interlaced=interlaced,
        hdr=stream.get("color_transfer") in _HDR_TRANSFERS,
        rotation=rotation,
        held_back=int(stream.get("has_b_frames") or 0),
        alpha=_is_see_through(stream),
        pixel_format=str(stream.get("pix_fmt", ""))[:32],
        kbps=_kbps(stream),
        start_us=_start_us(stream, start_us),
    )


def _rates(stream: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """The lowest rate that fits all time stamps, and the average one.

    Of MPEG-1 ffprobe tells fields as the former, though it has none; its one rate stands in its header.
    """
    base, average = parse(stream.get("r_frame_rate")), parse(stream.get("avg_frame_rate"))
    return (average or base if stream.get("codec_name") == "mpeg1video" else base), average


def _start_us(stream: Mapping[str, Any], file_start_us: int) -> int:
    """Where the stream begins in the file's own time; with the file, if nothing says otherwise."""
    return round(seconds(stream["start_time"]) * 1_000_000) if "start_time" in stream else file_start_us


def _is_see_through(stream: Mapping[str, Any]) -> bool:
    """Whether pictures have transparency. WebM says so in a tag; else the format of the pixels does."""
    shape = str(stream.get("pix_fmt", "unknown"))
    unsure = shape == "unknown" and stream.get("codec_name") in _MAY_SEE_THROUGH
    return unsure or bool(_SEE_THROUGH.match(shape)) or str(_tag(stream, "alpha_mode")) == "1"


def _kbps(stream: Mapping[str, Any]) -> int | None:
    """As the header or Matroska's statistics say."""
    rates = (seconds(value) for value in (stream.get("bit_rate"), _tag(stream, "BPS"), _tag(stream, "BPS-eng")))
    rate = next((rate for rate in rates if rate > 0), 0)
    return round(rate / 1000) if 0 < rate < _MOST_KBPS * 1000 else None


def _tag(stream: Mapping[str, Any], name: str) -> object:
    """Whatever the case of its name."""
    tags = stream.get("tags", {})
    return next((value for key, value in tags.items() if key.lower() == name.lower()), "")


def read_audio(stream: Mapping[str, Any], start_us: int) -> AudioStream:
    return AudioStream(
        index=stream["index"],
        codec=str(stream["codec_name"]),
        channels=int(stream.get("channels") or 0),
        sample_rate=int(stream.get("sample_rate") or 0),
        language=_language(stream),
        title=clean_words(_tag(stream, "title"), _LONGEST_TITLE),
        default=bool(stream.get("disposition", {}).get("default")),
        kbps=_kbps(stream),
        start_us=_start_us(stream, start_us),
    )


def read_text(stream: Mapping[str, Any]) -> TextStream:
    marks = stream.get("disposition", {})
    return TextStream(
        index=stream["index"],
        codec=str(stream["codec_name"]),
        language=_language(stream),
        title=clean_words(_tag(stream, "title"), _LONGEST_TITLE),
        default=bool(marks.get("default")),
        forced=bool(marks.get("forced")),
        described=bool(marks.get("hearing_impaired")),
    )


def _language(stream: Mapping[str, Any]) -> str:
    return tag_of(clean_words(_tag(stream, "language"), _LONGEST_TITLE))


def end_ms(stream: Mapping[str, Any], start_us: int) -> int | None:
    """Where the stream ends on the file's own timeline, if its header says so (Matroska: in a tag)."""
    length = seconds(stream.get("duration"))
    tagged = str(stream.get("tags", {}).get("DURATION", ""))
    if not length and tagged.count(":") == 2:
        parts = [seconds(part) for part in tagged.split(":")]
        return round((parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1000 - start_us / 1000)
    return round((length + seconds(stream.get("start_time"))) * 1000 - start_us / 1000) if length else None


def _rotation(stream: Mapping[str, Any]) -> int:
    turns = (side.get("rotation") for side in stream.get("side_data_list", []))
    return next((round(seconds(turn)) % 360 for turn in turns if turn is not None), 0)


def _shown_size(stream: Mapping[str, Any], rotation: int) -> tuple[int, int]:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    aspect = parse(str(stream.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    if aspect and Fraction(1, 20) < aspect < Fraction(20):
        width = round(width * aspect)
    return (height, width) if rotation in {90, 270} else (width, height)
