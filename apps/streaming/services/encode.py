"""Encoding one part of a generation: pictures of one chunk, or the sound of the whole file."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from apps.media.ffmpeg.run import Progress, run
from apps.streaming.encode.lines import audio_line, chunk_line
from apps.streaming.encode.parts import BadOutput, Part, finish_part
from apps.streaming.models import Generation
from apps.streaming.plan import VideoPlan

_LEAST_WALL_S = 1800
_WALL_PER_SECOND = 60  # of media: a slow machine with a demanding codec


@dataclass(frozen=True)
class Watcher:
    """Who is told how far it is, and who may stop it."""

    on_progress: Callable[[Progress], None] | None = None
    check: Callable[[], None] | None = None


def encode_chunk(*, generation: Generation, index: int, folder: Path, watcher: Watcher) -> list[Part]:
    """Encodes chunk `index` for all rungs below `folder`, on the generation's timeline.

    Raises BadOutput where what came out is not that chunk, and ProgramError's kinds.
    """
    whole = generation.what_to_make
    plan = whole.video
    if plan is None:
        raise ValueError("this generation has no pictures")
    for rung in plan.rungs:
        (folder / rung.name).mkdir(parents=True)
    source = _source(generation)
    _run(chunk_line(source, whole, index, folder), generation, watcher)
    begins = Fraction(index * plan.chunk_frames) / plan.rate.fraction
    parts = [finish_part(folder / rung.name, moved_by=begins) for rung in plan.rungs]
    _check_count(plan, index, parts)
    return parts


def encode_audio(*, generation: Generation, name: str, folder: Path, watcher: Watcher) -> Part:
    """Encodes one whole track below `folder`. Raises like `encode_chunk`."""
    whole = generation.what_to_make
    track = next(track for track in whole.audio if track.name == name)
    (folder / name).mkdir(parents=True)
    _run(audio_line(_source(generation), whole, track, folder), generation, watcher)
    return finish_part(folder / name)


def _source(generation: Generation) -> Path:
    asset = generation.item.asset
    if asset is None:
        raise ValueError("this item has no source")
    return asset.file


def _run(line: list[str], generation: Generation, watcher: Watcher) -> None:
    seconds = generation.what_to_make.duration_ms / 1000
    run(
        line,
        wall_s=max(_LEAST_WALL_S, _WALL_PER_SECOND * seconds),
        on_progress=watcher.on_progress,
        check=watcher.check,
    )


def _check_count(plan: VideoPlan, index: int, parts: list[Part]) -> None:
    """Inner chunks have exactly their frames. Fewer: FFmpeg could not seek to the right place in this source."""
    for part in parts:
        if not plan.is_last(index) and part.samples != plan.chunk_frames:
            raise BadOutput("frames", f"chunk {index} has {part.samples} frames instead of {plan.chunk_frames}")
