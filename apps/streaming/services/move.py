"""A generation's files, from this site's disk to S3 and back; and what is made of an item going to where things live."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.media.enums import Place
from apps.media.models import Asset
from apps.media.services.move import Moved, move_asset
from apps.media.services.pictures import pictures_elsewhere
from apps.media.storage.places import bucket, check_bucket, home
from apps.media.storage.transfer import Piece, pull, push, transfer_all
from apps.streaming.enums import MOVABLE, RenditionKind
from apps.streaming.models import Generation, Rendition
from apps.streaming.querysets import GenerationQuerySet
from apps.streaming.served import headers_of
from apps.streaming.work import MOVE_GENERATION, MoveGenerationParams


@dataclass(frozen=True)
class Left:
    """What does not live in a place yet. Bytes of streams are those of their segments, and pictures are not in them.

    `pictures` are items and people whose picture (in all its widths) is to be moved.
    """

    assets: int
    generations: int
    size_bytes: int
    pictures: int


def generation_moved(generation: Generation) -> Moved:
    rows = Generation.objects.filter(pk=generation.pk, state__in=MOVABLE)

    def files() -> list[Piece]:
        folder = generation.folder
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_ours(path))
        return _whole(generation, names)

    def objects() -> list[Piece]:
        prefix = generation.prefix
        return _whole(generation, [found.key.removeprefix(prefix) for found in bucket().listing(prefix)])

    return Moved(rows, files, objects)


def add_objects(generation: Generation, made: Path, folder: str, check: Callable[[], None]) -> None:
    """Puts the files of `made` into a folder of a generation that lives in S3. Call it under the generation's lock."""
    pieces = [
        Piece(f"{generation.prefix}{folder}/{path.name}", path, headers_of(path.name))
        for path in sorted(made.iterdir())
    ]
    transfer_all(push, bucket(), pieces, check=check, tell=_tell_nobody)


@contextmanager
def files_of(
    rendition: Rendition, names: Sequence[str], folder: Path, check: Callable[[], None] | None
) -> Iterator[Path]:
    """A folder with these files of a rendition: its own, or below `folder` what was fetched from S3 and goes with the block."""
    if rendition.generation.storage == Place.LOCAL or all((rendition.folder / name).exists() for name in names):
        yield rendition.folder
        return
    prefix = f"{rendition.generation.prefix}{rendition.name}/"
    pieces = [Piece(prefix + name, folder / name) for name in names]
    try:
        transfer_all(pull, bucket(), pieces, check=check or _go_on, tell=_tell_nobody)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_home(*, item_id: UUID) -> None:
    """Queues the move of an item's source and published streams to where things live. Call it in a transaction."""
    if home() == Place.LOCAL:
        return
    for asset in assets_elsewhere(home()).filter(items=item_id):
        move_asset(asset=asset, to=home())
    for generation in generations_elsewhere(home()).of_item(item_id).published():
        move_generation(generation=generation, to=home())


def move_generation(*, generation: Generation, to: Place) -> None:
    """Queues the move of a stream, below other work. Raises Conflict where there is nothing to move or nowhere to."""
    check_bucket()
    if generation.state not in MOVABLE or generation.storage == to:
        raise Conflict(
            f"This is not to be moved: it is not complete, or lives there already ({to.label}).", code="not_movable"
        )
    params = MoveGenerationParams(generation_id=generation.pk, to=to)
    submit(kind=MOVE_GENERATION, params=params, subject=f"streaming.generation:{generation.pk}", priority=Priority.LOW)


def left_to_move(to: Place) -> Left:
    """Asks the bucket for the pictures that it holds. Raises StorageTrouble."""
    assets, generations = assets_elsewhere(to), generations_elsewhere(to)
    brought = assets.aggregate(n=Sum("size_bytes"))["n"] or 0
    made = generations.aggregate(n=Sum("renditions__size_bytes"))["n"] or 0
    pictures = sum(1 for _ in pictures_elsewhere(to))
    return Left(assets.count(), generations.count(), brought + made, pictures)


def assets_elsewhere(to: Place) -> "QuerySet[Asset]":
    return Asset.objects.stored().exclude(storage=to)


def generations_elsewhere(to: Place) -> GenerationQuerySet:
    return Generation.objects.filter(state__in=MOVABLE).exclude(storage=to)


def _is_ours(path: Path) -> bool:
    """Nothing half written, and nothing that the gate does not serve."""
    return path.is_file() and not path.name.startswith(".") and bool(headers_of(path.name))


def _whole(generation: Generation, names: Sequence[str]) -> list[Piece]:
    """The pieces with these names. Raises FileNotFoundError unless they are all that the rows tell of."""
    there = set(names)
    if "master.m3u8" not in there:
        raise FileNotFoundError(f"{generation.prefix}master.m3u8")
    for name, segments in generation.renditions.filter(~Q(kind=RenditionKind.TEXT)).values_list("name", "segments"):
        found = sum(one.startswith(f"{name}/seg_") for one in there)
        if found < segments:
            raise FileNotFoundError(f"{generation.prefix}{name}: {found} of {segments} segments")
    return [Piece(generation.prefix + name, generation.folder / name, headers_of(name)) for name in names]


def _go_on() -> None:
    """Nobody may stop it."""


def _tell_nobody(done: int, total: int) -> None:
    """Nobody waits for just these."""
