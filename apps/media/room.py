"""Is there room on the disk?

FFmpeg does not say when there is none: it goes on, ends well, and leaves segments that are cut short. So nothing is encoded
while less than `media.keep_free_mb` is free, which also leaves the database and the pages what they need; and what FFmpeg
made is believed only where something can still be written.
"""

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from apps.core import site_settings
from apps.core.site_settings import Kind, Spec
from apps.media.errors import DiskFull

KEEP_FREE = "media.keep_free_mb"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MEBIBYTE = 1 << 20
_PROOF = bytes(256 * 1024)
_LOOK_EVERY_S = 0.5


def offer_setting() -> None:
    site_settings.register(
        Spec(
            KEEP_FREE,
            Kind.WHOLE,
            512,
            title="Room to keep free on the disk, in MB",
            group="Media",
            help="While less is free nothing is encoded: the database and the pages need it.",
            minimum=0,
            maximum=1_000_000_000,
        )
    )


class Room:
    """Looks after the room for one piece of work: `check` may be called as often as one likes."""

    def __init__(self) -> None:
        self._keep = int(site_settings.get(KEEP_FREE)) * _MEBIBYTE
        self._looked = float("-inf")

    def check(self) -> None:
        """Raises DiskFull. Looks twice a second at most: on a disk across the network it costs a round trip."""
        if time.monotonic() - self._looked < _LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        for folder in (settings.WORK_DIR, settings.MEDIA_ROOT):
            free = shutil.disk_usage(nearest(Path(folder))).free
            if free <= self._keep:
                raise DiskFull(f"{folder}: {free // _MEBIBYTE} MB are free, {self._keep // _MEBIBYTE} MB are kept free")


def prove_room(folder: Path) -> None:
    """Writes a little into the folder and takes it away again. Raises DiskFull; unlike a look it knows of quotas, too."""
    with full_disk_told(), tempfile.TemporaryFile(dir=folder) as file:
        file.write(_PROOF)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turns the system's word for a full disk, or a quota that is used up, into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(str(error)) from error
        raise


def nearest(folder: Path) -> Path:
    """The folder, or what it will be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
