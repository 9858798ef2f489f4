"""Bytes from a request into the file of an upload."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from apps.media import disk
from apps.media.errors import TooLarge, WrongChecksum
from apps.media.room import full_disk_told
from apps.media.tus import Checksum

_BLOCK = 64 * 1024

Read = Callable[[int], bytes]


def write_piece(file: Path, *, offset: int, read: Read, most: int, checksum: Checksum | None) -> int:
    """Appends at `offset` what `read` gives, and waits for the disk. Returns how many bytes there were.

    Nothing of it stays if there are more than `most`, if the checksum differs (WrongChecksum), or if the disk is full
    (DiskFull). What an earlier, broken attempt left beyond `offset` is replaced.
    """
    is_new = not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    with full_disk_told(), file.open("ab", buffering=0) as target:
        target.truncate(offset)
        try:
            done = _copy(read, target, most=most, checksum=checksum)
            if checksum and not checksum.fits:
                raise WrongChecksum("These bytes arrived damaged: their checksum differs. Send them again.")
            disk.sync_file(file)
        except BaseException:
            target.truncate(offset)
            raise
    if is_new:
        disk.sync_file(file.parent)
    return done


def _copy(read: Read, target: BinaryIO, *, most: int, checksum: Checksum | None) -> int:
    done = 0
    while block := read(_BLOCK):
        done += len(block)
        if done > most:
            raise TooLarge("This is more than the upload, or one piece of it, may have.")
        if checksum:
            checksum.sum.update(block)
        rest = memoryview(block)
        while rest:
            rest = rest[target.write(rest) :]
    return done
