"""Copies of objects on this machine's disk, for programs that read files alone.

They lie below `work/copies/`, the longest unused goes first when there is no room, and one process at a time fetches an
object. Whoever reads a file holds a shared lock on it (flock), which the kernel lets go of when the process ends; nothing
that is locked is ever deleted.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from apps.media.room import Room
from apps.media.storage.places import bucket
from apps.media.storage.transfer import Piece, pull

Check = Callable[[], None]
_LOOK_EVERY_S = 0.2


@contextmanager
def copy_of(key: str, size_bytes: int, check: Check) -> Iterator[Path]:
    """A file with the object's bytes; it stays as long as the block. Raises FileNotFoundError, StorageTrouble, DiskFull."""
    file = copies_folder() / key.replace("/", "_")
    file.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with reading(file) as there:
            if there:
                os.utime(file)
                yield file
                return
        _fetch(Piece(key, file), size_bytes, check)


@contextmanager
def reading(file: Path) -> Iterator[bool]:
    """Keeps a file from being deleted by `delete_unread`, in this process or another. False: there is none."""
    descriptor = None
    try:
        with suppress(FileNotFoundError):
            descriptor = os.open(file, os.O_RDONLY)
        if descriptor is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor is not None and _is_still(file, descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def delete_unread(file: Path) -> bool:
    """Deletes the file unless somebody is reading it. True if it is gone."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def copies_folder() -> Path:
    return Path(settings.WORK_DIR) / "copies"


def _fetch(piece: Piece, size_bytes: int, check: Check) -> None:
    """Whoever gets the lock fetches; the others wait, and find the file then."""
    with piece.file.with_name(f".{piece.file.name}.lock").open("wb") as lock:
        while not _is_locked(lock.fileno()):
            check()
            time.sleep(_LOOK_EVERY_S)
        if not piece.file.exists():
            _make_room(size_bytes)
            Room().check()
            pull(bucket(), piece, check)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_room(size_bytes: int) -> None:
    """Deletes what was not used for longest until all together stays below the limit, as far as nobody reads it."""
    found = []
    for file in copies_folder().glob("[!.]*"):
        with suppress(FileNotFoundError):
            stat = file.stat()
            found.append((stat.st_mtime, stat.st_size, file))
    too_much = sum(size for _, size, _ in found) + size_bytes - settings.MEDIA_CACHE_BYTES
    for _, size, file in sorted(found):
        if too_much <= 0:
            return
        too_much -= size if delete_unread(file) else 0


def _is_still(file: Path, descriptor: int) -> bool:
    """Whether the name still stands for what was opened: it may have been deleted while we waited for the lock."""
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False
