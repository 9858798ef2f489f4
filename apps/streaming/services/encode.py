"""Encoding one part of a generation: pictures of one chunk, the first seconds of all, or a track of sound.

What is finished while the encoder runs on is handed to `keep`, so that players get it at once.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from apps.media.errors import ProgramError
from apps.media.ffmpeg.run import Progress, run
from apps.media.room import prove_room
from apps.media.sound.meter import SoundMeter
from apps.streaming.encode.codecs import Device
from apps.streaming.encode.parts import BadOutput, Part, PartReader
from apps.streaming.encode.pictures import chunk_line, copy_line, pictures_of
from apps.streaming.encode.sound import audio_line, lead_line
from apps.streaming.ladder import Rung
from apps.streaming.models import Generation
from apps.streaming.plan import AudioPlan, Plan
from apps.streaming.services.source import source_of

_LEAST_WALL_S = 1800
_WALL_PER_SECOND = 60  # of media: a slow machine with a demanding codec
_LOOK_EVERY_S, _LEAD_LOOK_EVERY_S = 1.0, 0.1

Keep = Callable[[Sequence[Part]], None]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Watcher:
    """Who is told how far it is, and who may stop it. `complaints` are what FFmpeg has found wrong with the source."""

    on_progress: Callable[[Progress], None] | None = None
    check: Callable[[], None] | None = None
    complaints: list[str] = field(default_factory=list)


class _Enough(Exception):
    """The encoder is stopped on purpose: others wait for its turn."""


def _with_room(encode: Callable[P, T]) -> Callable[P, T]:
    """What comes out wrong says nothing about the source where the disk is full: then DiskFull is raised instead."""

    @wraps(encode)
    def sure(*args: P.args, **given: P.kwargs) -> T:
        try:
            return encode(*args, **given)
        except (BadOutput, ProgramError):
            prove_room(cast("Path", given["folder"]))
            raise

    return sure


@_with_room
def encode_chunk(
    *,
    generation: Generation,
    rungs: Sequence[Rung],
    index: int,
    folder: Path,
    watcher: Watcher,
    keep: Keep,
    device: Device | None = None,
) -> list[Part]:
    """Encodes chunk `index` for these rungs below `folder`, on the generation's timeline; hardware's on `device`.

    `keep` gets what is finished about once a second. Raises BadOutput where what came out is not that chunk,
    ProgramError's kinds, and DiskFull.
    """
    whole = generation.what_to_make
    plan = pictures_of(whole)
    begins = Fraction(index * plan.chunk_frames) / plan.rate.fraction
    readers = _readers(folder, [rung.name for rung in rungs], begins)
    with source_of(generation, watcher.check) as source:
        line = chunk_line(source, whole, rungs, index, folder, device=device)
        _run(line, whole, watcher, _keeper(readers, keep), bound_addresses=device is None)
    parts = [reader.finish() for reader in readers]
    for part in parts:
        # Fewer: FFmpeg could not seek to the right place in this source.
        if not plan.is_last(index) and part.samples != plan.chunk_frames:
            raise BadOutput("frames", f"chunk {index} has {part.samples} frames instead of {plan.chunk_frames}")
    return parts


@_with_room
def encode_lead(
    *, generation: Generation, folder: Path, watcher: Watcher, keep: Keep, wall_s: float
) -> list[Part] | None:
    """Encodes the first chunk of the lowest rung, and the sound to it; `keep` gets both as they come.

    Ends after `wall_s`, if something was kept by then: None. Else returns the pictures' part, which is the whole chunk.
    """
    whole = generation.what_to_make
    rung = pictures_of(whole).lowest
    sounds = [track.rungs[0].name for track in whole.audio[:1]]
    pictures, *others = _readers(folder, [rung.name, *sounds], Fraction(0))
    until = time.monotonic() + wall_s
    kept = 0

    def look() -> None:
        nonlocal kept
        found = [part for part in (pictures.look(), *(reader.look(but_last=True) for reader in others)) if part]
        finished = sum(len(part.segments) for part in found)
        if finished > kept:
            keep(found)
            kept = finished
        if len(found) > len(others) and time.monotonic() > until:
            raise _Enough

    try:
        with source_of(generation, watcher.check) as source:
            _run(lead_line(source, whole, folder), whole, watcher, look, every_s=_LEAD_LOOK_EVERY_S)
    except _Enough:
        return None
    keep([part for reader in others if (part := reader.look(but_last=True))])
    return [pictures.finish()]


@_with_room
def copy_video(*, generation: Generation, folder: Path, watcher: Watcher, keep: Keep) -> Part:
    """The source's packets as segments. Raises like `encode_chunk`, also where they do not lie on the grid."""
    whole = generation.what_to_make
    plan = pictures_of(whole)
    (rung,) = plan.copied
    (reader,) = _readers(folder, [rung.name], Fraction(0))
    with source_of(generation, watcher.check) as source:
        _run(copy_line(source, whole, rung, folder), whole, watcher, _keeper([reader], keep))
    part = reader.finish()
    for segment in part.segments[:-1]:
        if segment.samples != plan.segment_frames:
            raise BadOutput("grid", f"{segment.name} has {segment.samples} frames instead of {plan.segment_frames}")
    return part


@_with_room
def encode_audio(
    *,
    generation: Generation,
    track: AudioPlan,
    folder: Path,
    watcher: Watcher,
    keep: Keep,
    meter: SoundMeter | None = None,
) -> list[Part]:
    """Encodes one whole track into all its rungs below `folder`, and has it measured. Raises like `encode_chunk`."""
    whole = generation.what_to_make
    readers = _readers(folder, [rung.name for rung in track.rungs], Fraction(0))
    with source_of(generation, watcher.check) as source:
        line = audio_line(source, whole, track, folder, meter.tap if meter else None)
        _run(line, whole, watcher, _keeper(readers, keep), meter)
    return [reader.finish() for reader in readers]


def _readers(folder: Path, names: Sequence[str], begins: Fraction) -> list[PartReader]:
    for name in names:
        (folder / name).mkdir(parents=True)
    return [PartReader(folder / name, moved_by=begins) for name in names]


def _keeper(readers: Sequence[PartReader], keep: Keep) -> Callable[[], None]:
    """Hands on what all of these have finished, whenever that has grown."""
    kept = 0

    def look() -> None:
        nonlocal kept
        parts = [part for reader in readers if (part := reader.look())]
        if sum(len(part.segments) for part in parts) > kept:
            kept = sum(len(part.segments) for part in parts)
            keep(parts)

    return look


def _run(
    line: list[str],
    whole: Plan,
    watcher: Watcher,
    look: Callable[[], None],
    meter: SoundMeter | None = None,
    *,
    every_s: float = _LOOK_EVERY_S,
    bound_addresses: bool = True,
) -> None:
    looked = time.monotonic()

    def check() -> None:
        nonlocal looked
        if watcher.check:
            watcher.check()
        if time.monotonic() - looked >= every_s:
            look()
            looked = time.monotonic()

    said = run(
        line,
        wall_s=max(_LEAST_WALL_S, _WALL_PER_SECOND * whole.duration_ms / 1000),
        on_progress=watcher.on_progress,
        check=check,
        pipes=[meter.pipe] if meter else [],
        listen=meter.listener if meter else None,
        bound_addresses=bound_addresses,
    )
    watcher.complaints.extend(said.splitlines())
