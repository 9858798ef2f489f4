"""Moving what people brought, or what was made of it, from this site's disk to S3 and back.

Whatever is moved can be used all the time: first everything is copied and proved by size and SHA-256, then the row says that
it lives elsewhere, and only an hour later (`collect.py`) the place that it came from is cleared. A move that is killed leaves
the row as it was; the next attempt finds what is there already.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.persistence import persist
from apps.jobs.services.submit import submit
from apps.media.enums import AssetState, Place
from apps.media.models import Asset
from apps.media.names import served_type
from apps.media.room import Room
from apps.media.storage.places import bucket, check_bucket
from apps.media.storage.transfer import Piece, pull, push, transfer_all
from apps.media.work import MOVE_ASSET, MoveAssetParams

# Who has read where something lives may fetch it from there for so long after it was moved.
BOTH_KEPT = timedelta(hours=1)
_TOUCH_EVERY_S = 60
_FOR_GOOD = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Moved:
    """`rows` is the one row that is moved, as a query that finds nothing once it may not be moved any more.

    `files` lists what is of it on the disk, `objects` what is in S3; both raise FileNotFoundError where that is not all.
    """

    rows: QuerySet[Any]
    files: Callable[[], Sequence[Piece]]
    objects: Callable[[], Sequence[Piece]]


@dataclass(frozen=True)
class Mover:
    """Who does it: `check` and `still_mine` are the job's, `tell` hears how many of how many files are done."""

    check: Callable[[], None]
    still_mine: Callable[[], None]
    tell: Callable[[int, int], None]


def move(*, moved: Moved, to: Place, by: Mover) -> bool:
    """Returns False where there is nothing to do. Raises StorageTrouble, FileNotFoundError and DiskFull. Safe to repeat."""
    there = bucket()
    begun = moved.rows.exclude(storage=to)
    if not persist(lambda: begun.update(other_copy=True, moved_at=timezone.now())):
        return False
    transfer, listed = (push, moved.files) if to == Place.S3 else (pull, moved.objects)
    room, done = Room(), set[object]()
    touch = _Touch(begun, by.tell)

    def check() -> None:
        by.check()
        if to == Place.LOCAL:
            room.check()

    while True:
        fresh = [piece for piece in listed() if _mark(piece, to) not in done]
        marks = {_mark(piece, to) for piece in fresh}
        transfer_all(transfer, there, fresh, check=check, tell=touch)
        done.update(marks)
        settled = persist(lambda: _settle(begun, listed, to, done, by))
        if settled is not None:
            return settled


def asset_moved(asset: Asset) -> Moved:
    """A source that people brought: one file."""
    headers = {"ContentType": served_type(asset.content_type), "CacheControl": _FOR_GOOD}
    headers["ContentDisposition"] = asset.disposition
    piece = Piece(asset.path, asset.file, headers)
    return Moved(Asset.objects.stored().filter(pk=asset.pk), lambda: [piece], lambda: [piece])


def move_asset(*, asset: Asset, to: Place) -> None:
    """Queues the move of a source, below other work. Raises Conflict where there is nothing to move or nowhere to."""
    check_bucket()
    if asset.state != AssetState.STORED or asset.storage == to:
        raise Conflict(
            f"This is not to be moved: it is removed, or lives there already ({to.label}).", code="not_movable"
        )
    params = MoveAssetParams(asset_id=asset.pk, to=to)
    submit(kind=MOVE_ASSET, params=params, subject=f"media.asset:{asset.pk}", priority=Priority.LOW)


@transaction.atomic
def _settle(
    begun: QuerySet[Any], listed: Callable[[], Sequence[Piece]], to: Place, done: set[object], by: Mover
) -> bool | None:
    """Whoever adds files to it holds the row's lock: None if something was added just now."""
    by.still_mine()
    row = begun.select_for_update().first()
    if row is not None and not {_mark(piece, to) for piece in listed()} <= done:
        return None
    now = timezone.now()
    return bool(begun.filter(other_copy=True).update(storage=to, moved_at=now, updated_at=now))


def _mark(piece: Piece, to: Place) -> object:
    """What tells a file that has been copied from one that has been replaced since."""
    if to == Place.LOCAL:
        return piece.key
    stat = piece.file.stat()
    return piece.key, stat.st_mtime_ns, stat.st_size


class _Touch:
    """Says in the row, from time to time, that work goes on: what is half moved is not cleared away meanwhile."""

    def __init__(self, rows: QuerySet[Any], tell: Callable[[int, int], None]) -> None:
        self._rows = rows
        self._tell = tell
        self._at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self._tell(done, total)
        if time.monotonic() - self._at > _TOUCH_EVERY_S:
            self._at = time.monotonic()
            persist(lambda: self._rows.update(moved_at=timezone.now()))


def due_before(now: datetime) -> datetime:
    """What was moved before this has nobody any more who looks for it where it was."""
    return now - BOTH_KEPT
