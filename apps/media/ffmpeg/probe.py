"""What is this file? Asked of ffprobe, and judged: what is no media is refused with the reason."""

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from apps.core.embedded import binaries
from apps.media.conf import limits
from apps.media.errors import MediaRefused, ProgramFailed, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.allowed import PICTURES, address, input_options
from apps.media.ffmpeg.facts import AudioStream, Probe, Tags, VideoStream
from apps.media.ffmpeg.rates import is_constant, nominal, parse
from apps.media.ffmpeg.run import capture
from apps.media.ffmpeg.suspects import check_path, explain_unreadable

_HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_PROGRESSIVE = frozenset({"", "progressive", "unknown"})


def probe_file(path: Path, *, check: Callable[[], None] | None = None) -> Probe:
    """The facts about a file that people could play. Raises MediaRefused with one sentence otherwise.

    Headers alone are believed here; `trial.check_plays` decodes a little of what this found.
    """
    check_path(path)
    found = _ask(path, check)
    container = str(found.get("format", {}).get("format_name", ""))
    if container.split(",", maxsplit=1)[0] in PICTURES:
        raise MediaRefused("This is a picture, not audio or video.", code="picture")
    streams = found.get("streams", [])
    if len(streams) > limits().max_streams:
        raise MediaRefused(f"This file has more than {limits().max_streams} streams.", code="too_many_streams")
    probe = _read(found["format"], streams, path.stat().st_size)
    _check_bounds(probe)
    return probe


def _ask(path: Path, check: Callable[[], None] | None) -> Mapping[str, Any]:
    options = [part for name, value in input_options(pictures=True).items() for part in (f"-{name}", value)]
    line = [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options, "-of", "json"]
    line += ["-show_format", "-show_streams", address(path)]
    try:
        answer, _ = capture(line, wall_s=limits().probe_timeout_s, check=check)
    except ProgramFailed as error:
        raise explain_unreadable(path) from error
    except (ProgramStalled, ProgramTooSlow) as error:
        raise MediaRefused("This file takes too long to read.", code="probe_timeout") from error
    found: Mapping[str, Any] = json.loads(answer)
    return found


def _read(container: Mapping[str, Any], streams: list[Mapping[str, Any]], size: int) -> Probe:
    start_us = round(_seconds(container.get("start_time")) * 1_000_000)
    video = next((s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)), None)
    cover = next((s for s in streams if s.get("codec_type") == "video" and _is_cover(s)), None)
    audio = tuple(_audio(s) for s in streams if s.get("codec_type") == "audio" and s.get("codec_name"))
    return Probe(
        container=str(container.get("format_name", "")),
        duration_ms=round(_seconds(container.get("duration")) * 1000),
        start_us=start_us,
        size_bytes=size,
        video=_video(video, start_us) if video else None,
        audio=audio,
        cover_index=cover["index"] if cover else None,
        tags=Tags(title=str(container.get("tags", {}).get("title", ""))[:200].replace("\0", "")),
    )


def _is_cover(stream: Mapping[str, Any]) -> bool:
    marks = stream.get("disposition", {})
    return any(marks.get(name) for name in ("attached_pic", "timed_thumbnails", "still_image"))


def _video(stream: Mapping[str, Any], start_us: int) -> VideoStream:
    base, average = parse(stream.get("r_frame_rate")), parse(stream.get("avg_frame_rate"))
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
        duration_ms=_end_ms(stream, start_us),
        interlaced=interlaced,
        hdr=stream.get("color_transfer") in _HDR_TRANSFERS,
        rotation=rotation,
        held_back=int(stream.get("has_b_frames") or 0),
    )


def _audio(stream: Mapping[str, Any]) -> AudioStream:
    tags = stream.get("tags", {})
    return AudioStream(
        index=stream["index"],
        codec=str(stream["codec_name"]),
        channels=int(stream.get("channels") or 0),
        sample_rate=int(stream.get("sample_rate") or 0),
        language=str(tags.get("language", ""))[:16].replace("\0", ""),
        title=str(tags.get("title", ""))[:80].replace("\0", ""),
        default=bool(stream.get("disposition", {}).get("default")),
    )


def _seconds(text: object) -> float:
    """ffprobe writes numbers as text, and `N/A`."""
    try:
        return float(str(text))
    except ValueError:
        return 0.0


def _end_ms(stream: Mapping[str, Any], start_us: int) -> int | None:
    """Where the stream ends on the file's own timeline, if its header says so (Matroska: in a tag)."""
    length = _seconds(stream.get("duration"))
    tagged = str(stream.get("tags", {}).get("DURATION", ""))
    if not length and tagged.count(":") == 2:
        hours, minutes, seconds = (_seconds(part) for part in tagged.split(":"))
        return round((hours * 3600 + minutes * 60 + seconds) * 1000)
    return round((length + _seconds(stream.get("start_time"))) * 1000 - start_us / 1000) if length else None


def _rotation(stream: Mapping[str, Any]) -> int:
    turns = (side.get("rotation") for side in stream.get("side_data_list", []))
    return next((round(_seconds(turn)) % 360 for turn in turns if turn is not None), 0)


def _shown_size(stream: Mapping[str, Any], rotation: int) -> tuple[int, int]:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    aspect = parse(str(stream.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    if aspect and Fraction(1, 20) < aspect < Fraction(20):
        width = round(width * aspect)
    return (height, width) if rotation in {90, 270} else (width, height)


def _check_bounds(probe: Probe) -> None:
    if probe.video is None and not probe.audio:
        cover = probe.cover_index is not None
        if cover:
            raise MediaRefused("This is a picture, not audio or video.", code="picture")
        raise MediaRefused("This file has neither sound nor moving pictures in it.", code="no_streams")
    if probe.video and probe.video.width * probe.video.height > limits().max_pixels:
        raise MediaRefused(
            f"The picture is too large: {probe.video.width} × {probe.video.height} pixels.", code="too_many_pixels"
        )
    if probe.video and not (probe.video.width and probe.video.height):
        raise MediaRefused("The pictures in this file have no size.", code="no_size")
    if probe.duration_ms > limits().max_duration_s * 1000:
        raise MediaRefused(f"This file is longer than {limits().max_duration_s // 3600} hours.", code="too_long")
