"""What is this file? Asked of ffprobe, and judged: what is no media is refused with the reason."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from apps.core.embedded import binaries
from apps.media.conf import limits
from apps.media.errors import MediaRefused, ProgramFailed, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.allowed import PICTURES, address, input_options
from apps.media.ffmpeg.chapters import read_chapters
from apps.media.ffmpeg.facts import Probe
from apps.media.ffmpeg.numbers import seconds
from apps.media.ffmpeg.run import capture
from apps.media.ffmpeg.streams import TEXT, end_ms, is_cover, read_audio, read_text, read_video
from apps.media.ffmpeg.suspects import check_path, explain_unreadable
from apps.media.ffmpeg.tags import read_tags


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
    probe = _read(found, streams, path.stat().st_size)
    _check_bounds(probe)
    return probe


def _ask(path: Path, check: Callable[[], None] | None) -> Mapping[str, Any]:
    options = [part for name, value in input_options(pictures=True).items() for part in (f"-{name}", value)]
    line = [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options, "-of", "json"]
    line += ["-show_format", "-show_streams", "-show_chapters", address(path)]
    try:
        answer, _ = capture(line, wall_s=limits().probe_timeout_s, check=check)
    except ProgramFailed as error:
        raise explain_unreadable(path) from error
    except (ProgramStalled, ProgramTooSlow) as error:
        raise MediaRefused("This file takes too long to read.", code="probe_timeout") from error
    found: Mapping[str, Any] = json.loads(answer)
    return found


def _read(found: Mapping[str, Any], streams: list[Mapping[str, Any]], size: int) -> Probe:
    container = found["format"]
    start_us = round(seconds(container.get("start_time")) * 1_000_000)
    duration_ms = round(seconds(container.get("duration")) * 1000)
    if str(container.get("format_name", "")).startswith("matroska"):
        duration_ms = max(0, duration_ms - round(start_us / 1000))  # its header says where the end is, counted from 0
    shown = [s for s in streams if s.get("codec_type") == "video"]
    video = next((s for s in shown if not is_cover(s)), None)
    heard = [s for s in streams if s.get("codec_type") == "audio" and s.get("codec_name")]
    duration_ms = _without_text(duration_ms, streams, [s for s in (video, *heard) if s], start_us)
    text = (s for s in streams if s.get("codec_type") == "subtitle" and s.get("codec_name") in TEXT)
    return Probe(
        container=str(container.get("format_name", "")),
        duration_ms=duration_ms,
        start_us=start_us,
        size_bytes=size,
        video=read_video(video, start_us) if video else None,
        audio=tuple(read_audio(s, start_us) for s in heard),
        cover_index=_cover_index(shown),
        text=tuple(read_text(s) for s in text),
        chapters=read_chapters(found.get("chapters", []), start_us=start_us, duration_ms=duration_ms),
        tags=read_tags(container.get("tags", {}), *_tags_of_main(container, [video, *heard])),
    )


def _without_text(
    duration_ms: int, streams: list[Mapping[str, Any]], played: list[Mapping[str, Any]], start_us: int
) -> int:
    """The length of what is played, where the header's is only that of subtitles that stay on after the end."""
    ends = [end_ms(stream, start_us) or 0 for stream in played]
    texts = [end_ms(stream, start_us) or 0 for stream in streams if stream.get("codec_type") == "subtitle"]
    stays_on = bool(ends and all(ends) and texts) and duration_ms - max(texts) <= 1 and max(texts) > max(ends)
    return max(ends) if stays_on else duration_ms


def _tags_of_main(container: Mapping[str, Any], streams: list[Any]) -> list[Mapping[str, Any]]:
    """Ogg keeps what is said about the whole file in its first stream; elsewhere those words are about the stream alone."""
    if container.get("format_name") != "ogg":
        return []
    return [stream.get("tags", {}) for stream in streams if stream][:1]


def _cover_index(shown: list[Mapping[str, Any]]) -> int | None:
    """The front cover, else the first picture that is kept beside what is played."""
    covers = [stream for stream in shown if is_cover(stream)]
    front = [stream for stream in covers if "front" in str(stream.get("tags", {}).get("comment", "")).lower()]
    return next((int(stream["index"]) for stream in (*front, *covers)), None)


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
    check_length(probe)


def check_length(probe: Probe) -> None:
    """Refuses what is longer than this site takes."""
    if probe.duration_ms > limits().max_duration_s * 1000:
        raise MediaRefused(f"This file is longer than {limits().max_duration_s // 3600} hours.", code="too_long")
