"""The lasting copies of pictures: pushed to the bucket after the row names them, removed when it does not any more, moved.

The row is the truth, and what is done is always the same: under a lock of the thing that they show, the bucket is made to hold
what the row names. So it does not matter which job comes first, or how often, and a kill leaves at worst what the next one, or
the sweep once an hour, puts right.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.media.enums import Place
from apps.media.room import Room
from apps.media.storage.pictures import Family, families, family_of, path_of, piece_of
from apps.media.storage.places import bucket, check_bucket, has_bucket, home
from apps.media.storage.transfer import pull, push, transfer_all
from apps.media.work import KEEP_PICTURES, KeepPicturesParams

if TYPE_CHECKING:
    from apps.media.storage.bucket import Listed

Check = Callable[[], None]
_BATCH = 500


def keep_pictures(*, folder: str, owner_id: UUID) -> None:
    """Queues whatever is to be done in the bucket after a thing got, lost or changed its picture, or goes itself.

    Call it in the transaction in which that happens.
    """
    if has_bucket():
        _queue(folder, owner_id, home() if home() == Place.S3 else None)


def move_pictures(*, folder: str, owner_id: UUID, to: Place) -> None:
    """Queues the move of a thing's pictures. Raises Conflict where it has none or there is nowhere to move them to."""
    check_bucket()
    if not family_of(folder).wanted([owner_id]):
        raise Conflict("There is no picture to move.", code="not_movable")
    _queue(folder, owner_id, to)


def settle(*, family: Family, owner_id: UUID, to: Place | None, check: Check) -> bool:
    """Makes the bucket hold what the row names, and nothing else; whether there was something to do.

    With `to` S3 what the row names is pushed. With `to` the disk it is pulled, and the bucket holds nothing of it afterwards.
    Without, nothing is carried, and only what no row names is removed. Each copy is proved before another is removed.
    Raises StorageTrouble, DiskFull, and FileNotFoundError for a picture that is in neither place. Safe to repeat.
    """
    prefix = family.prefix(owner_id)
    with transaction.atomic():
        _lock(prefix)
        wanted = {prefix + name for name in family.wanted([owner_id]).get(owner_id, ())}
        there = {found.key for found in bucket().listing(prefix)}
        moved = _push(wanted, there, check) if to == Place.S3 else False
        if to == Place.LOCAL:
            moved = _pull(wanted & there, check)
        stale = there if to == Place.LOCAL else there - wanted
        bucket().remove(sorted(stale))
        if to and (lost := sorted(name for name in wanted - there if not path_of(name).exists())):
            raise FileNotFoundError(lost[0])
        return moved or bool(stale)


def pictures_elsewhere(to: Place, *, after: str = "") -> Iterator[str]:
    """The prefixes of things whose pictures do not (all) live in a place, in order, behind `after`.

    Costs a listing of the bucket, a thousand pictures a request, and a range of rows for each 500. Raises StorageTrouble.
    """
    for family in families():
        listing = _Listing(family)
        for row in _rows(family, after):
            wanted, there = set(family.names(row)), listing.names_of(row.pk)
            if not wanted <= there if to == Place.S3 else wanted & there:
                yield family.prefix(row.pk)


def owner_of(prefix: str) -> tuple[Family, UUID]:
    """What a prefix of `pictures_elsewhere` stands for."""
    folder, owner, _ = prefix.split("/")
    return family_of(folder), UUID(owner)


class _Listing:
    """What the bucket holds of a family, asked for in the order of ids, in which S3 lists and PostgreSQL sorts."""

    def __init__(self, family: Family) -> None:
        self._folders = folders_in_bucket(family)
        self._next = next(self._folders, None)

    def names_of(self, owner_id: UUID) -> set[str]:
        while self._next and self._next[0] < str(owner_id):
            self._next = next(self._folders, None)
        if self._next is None or self._next[0] != str(owner_id):
            return set()
        return {found.key.rpartition("/")[2] for found in self._next[1]}


def folders_in_bucket(family: Family) -> Iterator[tuple[str, "list[Listed]"]]:
    """A thing's id, and what the bucket holds of it."""
    for owner, listed in groupby(bucket().listing(f"{family.folder}/"), key=lambda found: found.key.split("/")[1]):
        yield owner, list(listed)


def _rows(family: Family, after: str) -> Iterator[Any]:
    rows = family.rows().order_by("pk")
    folder, _, rest = after.partition("/")
    if folder > family.folder:
        return
    behind = rows.filter(pk__gt=rest.rstrip("/")) if folder == family.folder else rows
    while batch := list(behind[:_BATCH]):
        yield from batch
        behind = rows.filter(pk__gt=batch[-1].pk)


def _queue(folder: str, owner_id: UUID, to: Place | None) -> None:
    params = KeepPicturesParams(folder=folder, owner_id=owner_id, to=to)
    submit(kind=KEEP_PICTURES, params=params, priority=Priority.LOW)


def _lock(prefix: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"media.pictures:{prefix}"])


def _push(wanted: Collection[str], there: set[str], check: Check) -> bool:
    """Those that are there are read back once more: whoever put them may have been killed before."""
    pieces = [piece_of(name) for name in sorted(wanted) if path_of(name).exists()]
    transfer_all(push, bucket(), pieces, check=check, tell=_tell_nobody)
    return any(piece.key not in there for piece in pieces)


def _pull(names: Collection[str], check: Check) -> bool:
    """Also what lies on the disk: the copy in S3 has a digest, that one has not."""
    room = Room()

    def go_on() -> None:
        check()
        room.check()

    transfer_all(pull, bucket(), [piece_of(name) for name in sorted(names)], check=go_on, tell=_tell_nobody)
    return bool(names)


def _tell_nobody(done: int, total: int) -> None:
    """Nobody waits for just these."""
