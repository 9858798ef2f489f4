"""FFmpeg's command lines for sound: a whole track into all its rungs, or the first seconds of it beside the first pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from apps.media.ffmpeg.commands import QUIET, TELLING, line, output, source
from apps.media.ffmpeg.graphs import steady_sounds
from apps.streaming.encode.hls import anchors, segments, target
from apps.streaming.encode.pictures import decoding, from_origin, pictures_of, rung_outputs
from apps.streaming.plan import AudioPlan, AudioRung, Plan

Tap = Callable[[Any], Sequence[Any]]

_AAC_FRAME = 1024
_LEAST_SAMPLES = 2 * _AAC_FRAME  # an encoder that gets nothing does not begin
# The encoder looks ahead: what it makes of the last frames before it is cut off is not what the whole track would give.
_BEYOND_S = 1
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def audio_line(path: Path, whole: Plan, track: AudioPlan, folder: Path, tap: Tap | None = None) -> list[str]:
    """Encodes one whole track into all its rungs, each into its own folder below `folder`. Decodes the source once.

    `tap` makes further outputs from the decoded track, for whoever measures it and listens to what FFmpeg says.
    """
    given = source(path, **from_origin(whole))
    measured = list(tap(given[str(track.stream)])) if tap else []
    made = _outputs(given, track, track.rungs, folder)
    level = TELLING if tap else QUIET
    return line(*made, *measured, *anchors(given, whole, track.stream), level=level)


def lead_line(path: Path, whole: Plan, folder: Path) -> list[str]:
    """The first chunk of the lowest rung, and the sound that belongs to it, in one process."""
    plan = pictures_of(whole)
    given = source(path, **from_origin(whole), **decoding(plan))
    made = rung_outputs(given, plan, [plan.lowest], 0, folder)
    used = [plan.stream]
    for track in whole.audio[:1]:
        used.append(track.stream)
        limit = {} if plan.chunks == 1 else {"t": f"{float(plan.chunk_s) + _BEYOND_S:.6f}"}
        made += _outputs(given, track, track.rungs[:1], folder, **limit)
    return line(*made, *anchors(given, whole, *used))


def _outputs(given: Any, track: AudioPlan, rungs: Sequence[AudioRung], folder: Path, **limit: str) -> list[Any]:
    """The track with as many channels as the widest rung has, whatever it changes to on the way, for each rung."""
    widest = max(rung.channels for rung in track.rungs)
    copies = steady_sounds(given[str(track.stream)], len(rungs), track.sample_rate, _LAYOUTS[widest], _LEAST_SAMPLES)
    return [_output(copy, track, rung, folder, **limit) for copy, rung in zip(copies, rungs, strict=True)]


def _output(steady: Any, track: AudioPlan, rung: AudioRung, folder: Path, **limit: str) -> Any:
    """Gaps are filled with silence, so that the sound stays with the picture."""
    stream = steady.filter("aresample", track.sample_rate, **{"async": 1, "first_pts": 0})
    stream = stream.filter("aformat", channel_layouts=_LAYOUTS[rung.channels])
    if track.in_step:
        # The encoder puts one frame in front, and no edit list takes it away again: one less here keeps lips in step.
        stream = stream.filter("atrim", start_sample=_AAC_FRAME).filter("asetpts", "PTS-STARTPTS")
    made = folder / rung.name
    options: dict[str, Any] = {"c:a": "aac", "b:a": f"{rung.kbps}k", "threads": 1, **limit}
    return output([stream], target(made), **options, **segments(made, track.segment_s, 1))
