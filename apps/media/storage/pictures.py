"""Pictures of items and people: small files that never change, as `covers/<item>/<key>-<width>.webp`.

The disk is where they are made, and the copy that answers are read from. Where there is a bucket they have a lasting copy there
(`services/pictures.py`), and what this machine's disk lacks is fetched from it once.
"""

import asyncio
import fcntl
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.breaker import Breaker
from apps.core.ranges import serve_file
from apps.media import disk
from apps.media.errors import Damaged, DiskFull, StorageTrouble
from apps.media.room import full_disk_told
from apps.media.storage.keys import safe_key
from apps.media.storage.places import bucket_options, has_bucket, quick_bucket
from apps.media.storage.transfer import Piece, pull

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket

CONTENT_TYPE = "image/webp"
KEPT_BY_BROWSERS = "private, max-age=31536000, immutable"
HEADERS = {"ContentType": CONTENT_TYPE, "CacheControl": KEPT_BY_BROWSERS}
_AT_ONCE = 4
_LOCKS = 64
_WAIT_S = 5.0
_LOOK_EVERY_S = 0.05

# Threads of their own: while S3 is slow, files on the disk are served all the same.
_fetchers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pictures")
breaker = Breaker("S3, asked for pictures,")


@dataclass(frozen=True)
class Family:
    """Pictures of one kind of thing. `rows` are the things that have some, `names` the files that one of them has.

    `folder` is where they lie, right below the media folder and in the bucket.
    """

    folder: str
    rows: Callable[[], QuerySet[Any]]
    names: Callable[[Any], Collection[str]]

    def prefix(self, owner_id: object) -> str:
        """Where those of one thing lie, with the slash."""
        return f"{self.folder}/{owner_id}/"

    def wanted(self, ids: Collection[object]) -> dict[UUID, set[str]]:
        """The files that these things have. Things that are gone, or have none, are not in it."""
        return {row.pk: set(self.names(row)) for row in self.rows().filter(pk__in=ids)}


_families: dict[str, Family] = {}


def register(family: Family) -> None:
    """Called from AppConfig.ready()."""
    if _families.setdefault(family.folder, family) is not family:
        raise ValueError(f"two families of pictures in {family.folder}")


def families() -> list[Family]:
    return [_families[folder] for folder in sorted(_families)]


def family_of(folder: str) -> Family:
    return _families[folder]


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT, safe_key(name))


def piece_of(name: str) -> Piece:
    return Piece(name, path_of(name), HEADERS)


async def serve_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answers GET and HEAD for a picture that the caller has allowed. Raises FileNotFoundError and StorageTrouble."""
    try:
        return await _serve(request, path_of(name))
    except FileNotFoundError:
        path = await asyncio.get_running_loop().run_in_executor(_fetchers, fetch, name)
        return await _serve(request, path)


def fetch(name: str) -> Path:
    """The picture's file, from the bucket if this disk lacks it. Raises FileNotFoundError and StorageTrouble.

    One process of a machine fetches it, the others wait for some seconds. While S3 is away it is asked once in a while only.
    """
    path = path_of(name)
    if not has_bucket():
        raise FileNotFoundError(name)
    with _alone(name):
        if not path.exists():
            _fetch(name, path)
    return path


def _fetch(name: str, path: Path) -> None:
    if not breaker.ready():
        raise StorageTrouble("It did not answer a moment ago.")
    try:
        _pull(name, path)
    except FileNotFoundError:
        breaker.succeeded()
        if not path.exists():  # it may have been moved to this disk at this moment
            raise
    except Damaged:
        breaker.succeeded()
        raise
    except StorageTrouble as error:
        breaker.failed(error)
        raise
    else:
        breaker.succeeded()


def _pull(name: str, path: Path) -> None:
    """First to a file that nobody else writes: machines may share this disk."""
    Path(settings.WORK_DIR).mkdir(parents=True, exist_ok=True)
    try:
        with full_disk_told(), tempfile.TemporaryDirectory(prefix="picture-", dir=settings.WORK_DIR) as folder:
            pulled = Path(folder, path.name)
            pull(_quick(repr(bucket_options())), Piece(name, pulled), lambda: None)
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.place(pulled, path)
    except DiskFull as error:
        raise StorageTrouble("The disk of this site is full: pictures cannot be fetched from S3.") from error


@lru_cache(maxsize=1)
def _quick(options: str) -> "MediaBucket":  # noqa: ARG001  (the cache's key)
    """One client for all pictures of a process, as long as the settings stay what they are."""
    return quick_bucket()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """A bounded number of locks for all pictures. The kernel lets go of them when a process ends."""
    folder = Path(settings.WORK_DIR) / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + _WAIT_S
    with (folder / f"{zlib.crc32(name.encode()) % _LOCKS}.lock").open("wb") as lock:
        while not _is_locked(lock.fileno()):
            if time.monotonic() > until:
                raise StorageTrouble("Others have been waiting for pictures from it for too long.")
            time.sleep(_LOOK_EVERY_S)
        yield


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _serve(request: HttpRequest, path: Path) -> HttpResponseBase:
    return await serve_file(request, path, content_type=CONTENT_TYPE, cache_control=KEPT_BY_BROWSERS)
