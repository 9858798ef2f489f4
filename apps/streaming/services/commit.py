"""Keeping what an attempt encoded: files to their final place and rows, together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction

from apps.media import disk
from apps.streaming.encode.hls import INIT
from apps.streaming.encode.parts import BadOutput, Part, Segment, segments_as_json, segments_from_json
from apps.streaming.models import ChunkOutput, Generation, Rendition


class GenerationGone(Exception):
    """The generation is no longer being encoded: nothing is kept."""


@dataclass(frozen=True)
class Attempt:
    """Whose work it is. `still_mine` raises inside the transaction if that attempt has lost its job."""

    job_id: UUID
    epoch: int
    still_mine: Callable[[], None]


def missing(*, generation: Generation, names: Sequence[str], index: int) -> list[str]:
    """Those of these renditions for which piece `index` is not complete yet."""
    rows = ChunkOutput.objects.filter(generation=generation, rendition__name__in=names, index=index, complete=True)
    done = set(rows.values_list("rendition__name", flat=True))
    return [name for name in names if name not in done]


def commit_parts(
    *, generation: Generation, index: int, parts: Sequence[Part], attempt: Attempt, complete: bool = True
) -> None:
    """Moves the parts' new files into the generation and writes their rows. Safe to repeat.

    The job's row is locked first: an attempt that lost its lease moves nothing. Files come before rows, so that a row
    always has its files; files without a row are replaced by the next attempt. What is there already stays, because
    players may have it. Raises BadOutput("init") where a rendition would need a second initialisation segment, and
    BadOutput("unstable") where an attempt cuts differently from the one before it.
    """
    with transaction.atomic():
        attempt.still_mine()
        if not Generation.objects.open().filter(pk=generation.pk).exists():
            raise GenerationGone
        for part in sorted(parts, key=lambda part: part.folder.name):
            _commit(generation, index, part, attempt, complete=complete)


def _commit(generation: Generation, index: int, part: Part, attempt: Attempt, *, complete: bool) -> None:
    rendition = _bound_rendition(generation, index, part)
    row, _ = ChunkOutput.objects.get_or_create(
        generation=generation,
        rendition=rendition,
        index=index,
        defaults={"job_id": attempt.job_id, "epoch": attempt.epoch},
    )
    kept = segments_from_json(row.segments)
    fresh = _after(kept, part)
    for segment in fresh:
        _move(part.folder / segment.name, rendition.folder / segment.name)
    if fresh:
        disk.sync_file(rendition.folder)
    row.segments = segments_as_json((*kept, *fresh))
    row.complete = row.complete or complete
    row.job_id, row.epoch = attempt.job_id, attempt.epoch
    row.save(update_fields=["segments", "complete", "job_id", "epoch"])


def _move(source: Path, target: Path) -> None:
    """Where the transaction has to be repeated, because the database went away, the file is in its place already."""
    if source.exists() or not target.exists():
        disk.place(source, target)


def _bound_rendition(generation: Generation, index: int, part: Part) -> Rendition:
    """The part's rendition, locked, with its one initialisation segment in place."""
    rendition = Rendition.objects.select_for_update().get(generation=generation, name=part.folder.name)
    rendition.generation = generation
    if rendition.init_sha256 not in {"", part.init_sha256}:
        raise BadOutput("init", f"chunk {index} of {rendition.name} has another initialisation segment")
    if not rendition.init_sha256:
        rendition.folder.mkdir(parents=True, exist_ok=True)
        disk.write(rendition.folder / INIT, (part.folder / INIT).read_bytes())
        rendition.init_sha256, rendition.codecs, rendition.timescale = part.init_sha256, part.codec, part.timescale
        rendition.save(update_fields=["init_sha256", "codecs", "timescale", "updated_at"])
    return rendition


def _after(kept: Sequence[Segment], part: Part) -> Sequence[Segment]:
    """What the part has beyond what is kept already. Its files may be gone for what is kept: they were moved."""
    for old, new in zip(kept, part.segments, strict=False):
        if (old.name, old.start, old.ticks, old.samples) != (new.name, new.start, new.ticks, new.samples):
            raise BadOutput("unstable", f"{new.name} came out differently from before")
    return part.segments[len(kept) :]
