"""FFmpeg's command lines for sound: a whole track into all its rungs, or the first seconds of it beside the first pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from apps.media.ffmpeg.commands import QUIET, TELLING, line, output, source
from apps.media.ffmpeg.filters import decoded_by
from apps.streaming.encode.hls import anchors, segments, target, threads
from apps.streaming.encode.pictures import pictures_of, rung_outputs
from apps.streaming.plan import AudioPlan, AudioRung, Plan

Tap = Callable[[Any], Sequence[Any]]

_AAC_FRAME = 1024
# The encoder looks ahead: what it makes of the last frames before it is cut off is not what the whole track would give.
_BEYOND_S = 1
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def audio_line(path: Path, whole: Plan, track: AudioPlan, folder: Path, tap: Tap | None = None) -> list[str]:
    """Encodes one whole track into all its rungs, each into its own folder below `folder`. Decodes the source once.

    `tap` makes further outputs from the decoded track, for whoever measures it and listens to what FFmpeg says.
    """
    given = source(path)
    first, *others = _copies(given[str(track.stream)], len(track.rungs) + (1 if tap else 0))
    measured = list(tap(others.pop())) if tap else []
    made = [_output(copy, track, rung, folder) for copy, rung in zip([first, *others], track.rungs, strict=True)]
    level = TELLING if tap else QUIET
    return line(*made, *measured, *anchors(given, whole, track.stream), level=level)


def _copies(stream: Any, number: int) -> list[Any]:
    """The same stream several times, which FFmpeg wants to be asked for."""
    if number == 1:
        return [stream]
    split = stream.filter_multi_output("asplit", number)
    return [split[index] for index in range(number)]


def lead_line(path: Path, whole: Plan, folder: Path) -> list[str]:
    """The first chunk of the lowest rung, and the sound that belongs to it, in one process."""
    plan = pictures_of(whole)
    given = source(path, **decoded_by(plan.stream, plan.decoder), threads=threads())
    made = rung_outputs(given, plan, [plan.lowest], 0, folder)
    used = [plan.stream]
    for track in whole.audio[:1]:
        used.append(track.stream)
        limit = {} if plan.chunks == 1 else {"t": f"{float(plan.chunk_s) + _BEYOND_S:.6f}"}
        made.append(_output(given[str(track.stream)], track, track.rungs[0], folder, **limit))
    return line(*made, *anchors(given, whole, *used))


def _output(decoded: Any, track: AudioPlan, rung: AudioRung, folder: Path, **limit: str) -> Any:
    """Gaps are filled with silence, so that the sound stays with the picture."""
    stream = decoded.filter("aresample", track.sample_rate, **{"async": 1, "first_pts": 0})
    stream = stream.filter("aformat", channel_layouts=_LAYOUTS[rung.channels])
    if track.in_step:
        # The encoder puts one frame in front, and no edit list takes it away again: one less here keeps lips in step.
        stream = stream.filter("atrim", start_sample=_AAC_FRAME).filter("asetpts", "PTS-STARTPTS")
    made = folder / rung.name
    options: dict[str, Any] = {"c:a": "aac", "b:a": f"{rung.kbps}k", "threads": 1, **limit}
    return output([stream], target(made), **options, **segments(made, track.segment_s, 1))
