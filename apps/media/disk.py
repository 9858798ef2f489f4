"""Putting files where they belong so that a crash, or a full disk, leaves either the whole file or none."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def sync_file(path: Path) -> None:
    """What was written is on the disk when this returns. Folders too: their entries are content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place(source: Path, target: Path) -> None:
    """Moves a finished file to its place; another file there is replaced. Works across file systems."""
    sync_file(source)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with part_of(target) as part:
            copy(source, part)
            part.replace(target)
        source.unlink(missing_ok=True)


@contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """What becomes `target` when all of it is written. Nothing of it stays if the block fails."""
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def copy(source: Path, target: Path) -> None:
    """Copies content alone, and waits for the disk."""
    with source.open("rb") as given, target.open("wb") as made:
        shutil.copyfileobj(given, made, 1 << 20)
        made.flush()
        os.fsync(made.fileno())


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for the same bytes where the file system can, else a copy."""
    with suppress(OSError):
        os.link(source, target)
        return
    copy(source, target)


def write(target: Path, content: str | bytes, *, sync: bool = True) -> None:
    """Replaces `target` by a file with this content, all at once. Without `sync` a crash may bring the old one back."""
    raw = content.encode() if isinstance(content, str) else content
    with part_of(target) as part:
        with part.open("wb") as made:
            made.write(raw)
            made.flush()
            if sync:
                os.fsync(made.fileno())
        part.replace(target)
    if sync:
        sync_file(target.parent)
