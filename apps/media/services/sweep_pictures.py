"""Pictures that nothing has any more: what a kill, a lost job or another machine left on the disk and in the bucket."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings

from apps.media.services.pictures import folders_in_bucket, settle
from apps.media.storage.pictures import Family, families
from apps.media.storage.places import has_bucket

Check = Callable[[], None]
# A file that no row names may be of a picture that is being placed at this moment.
KEPT = timedelta(hours=24)
_BATCH = 200
T = TypeVar("T")


def sweep_pictures(*, now: datetime, check: Check) -> int:
    """Removes pictures that are a day old and that no row names, on this disk and in the bucket.

    Returns how many folders had some. Costs a look into each folder of the disk, and a listing of the bucket, a thousand
    pictures a request. Raises StorageTrouble; the disk is done by then.
    """
    swept = sum(_sweep_disk(family, now, check) for family in families())
    if has_bucket():
        swept += sum(_sweep_bucket(family, now, check) for family in families())
    return swept


def _sweep_disk(family: Family, now: datetime, check: Check) -> int:
    root, swept = Path(settings.MEDIA_ROOT, family.folder), 0
    if not root.is_dir():
        return 0
    for batch in _batches(path for path in root.iterdir() if _is_uuid(path.name)):
        check()
        wanted = family.wanted([path.name for path in batch])
        swept += sum(_clear(path, wanted.get(UUID(path.name), set()), now) for path in batch)
    return swept


def _clear(folder: Path, wanted: set[str], now: datetime) -> bool:
    limit, cleared = (now - KEPT).timestamp(), False
    with suppress(FileNotFoundError, NotADirectoryError):
        is_old = folder.stat().st_mtime < limit
        for file in folder.iterdir():
            if file.name not in wanted and file.stat().st_mtime < limit:
                file.unlink(missing_ok=True)
                cleared = True
        if is_old or cleared:
            with suppress(OSError):  # something is in it
                folder.rmdir()
    return cleared


def _sweep_bucket(family: Family, now: datetime, check: Check) -> int:
    swept = 0
    for batch in _batches(found for found in folders_in_bucket(family) if _is_uuid(found[0])):
        wanted = family.wanted([owner for owner, _ in batch])
        for owner, listed in batch:
            check()
            names = {family.prefix(owner) + name for name in wanted.get(UUID(owner), ())}
            if any(found.key not in names and found.modified_at < now - KEPT for found in listed):
                swept += settle(family=family, owner_id=UUID(owner), to=None, check=check)
    return swept


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
