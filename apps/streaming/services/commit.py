"""Keeping what an attempt encoded: files to their final place and one row, together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.media import disk
from apps.streaming.encode.lines import INIT
from apps.streaming.encode.parts import BadOutput, Part, segments_as_json
from apps.streaming.enums import State
from apps.streaming.models import ChunkOutput, Generation, Rendition


class GenerationGone(Exception):
    """The generation is no longer being encoded: nothing is kept."""


@dataclass(frozen=True)
class Attempt:
    """Whose work it is. `still_mine` raises inside the transaction if that attempt has lost its job."""

    job_id: UUID
    epoch: int
    still_mine: Callable[[], None]


def is_committed(*, generation: Generation, names: Sequence[str], index: int) -> bool:
    """Whether an earlier attempt has finished this part for all these renditions."""
    found = ChunkOutput.objects.filter(generation=generation, rendition__name__in=names, index=index)
    return found.count() == len(names)


def commit_parts(*, generation: Generation, index: int, parts: Sequence[Part], attempt: Attempt) -> None:
    """Moves the parts' files into the generation and writes their rows. Safe to repeat.

    The job's row is locked first: an attempt that lost its lease moves nothing. Files come before rows, so that a row
    always has its files; files without a row are replaced by the next attempt. Raises BadOutput("init") where a
    rendition would need a second initialisation segment.
    """
    for part in parts:
        for path in part.folder.iterdir():
            disk.sync_file(path)
    with transaction.atomic():
        attempt.still_mine()
        if not Generation.objects.filter(pk=generation.pk, state=State.ENCODING).exists():
            raise GenerationGone
        for part in sorted(parts, key=lambda part: part.folder.name):
            _commit(generation, index, part, attempt)


def _commit(generation: Generation, index: int, part: Part, attempt: Attempt) -> None:
    rendition = Rendition.objects.select_for_update().get(generation=generation, name=part.folder.name)
    rendition.generation = generation
    if rendition.init_sha256 not in {"", part.init_sha256}:
        raise BadOutput("init", f"chunk {index} of {rendition.name} has another initialisation segment")
    target = rendition.folder
    target.mkdir(parents=True, exist_ok=True)
    for name in (INIT, *(segment.name for segment in part.segments)):
        if (part.folder / name).exists():
            disk.place(part.folder / name, target / name)
    disk.sync_file(target)
    if not rendition.init_sha256:
        rendition.init_sha256, rendition.codecs, rendition.timescale = part.init_sha256, part.codec, part.timescale
        rendition.save(update_fields=["init_sha256", "codecs", "timescale", "updated_at"])
    ChunkOutput.objects.get_or_create(
        generation=generation,
        rendition=rendition,
        index=index,
        defaults={
            "job_id": attempt.job_id,
            "epoch": attempt.epoch,
            "segments": segments_as_json(part.segments),
        },
    )
