"""The bytes of a stored file on this machine's disk, wherever they live."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from apps.media.enums import Place
from apps.media.errors import FileGone
from apps.media.models import Asset
from apps.media.storage.copies import copy_of, reading


@contextmanager
def local_copy(asset: Asset, *, check: Callable[[], None] | None = None) -> Iterator[Path]:
    """The asset as a file that stays as long as the block. `check` may stop the fetching by raising.

    Raises StorageTrouble, DiskFull, and FileGone where S3 has lost it. A file that should be on this disk and is not is left to
    whoever opens it.
    """
    with reading(asset.file) as there:
        if there or not _is_in_s3(asset):
            yield asset.file
            return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(copy_of(asset.path, asset.size_bytes, check or _go_on))
        except FileNotFoundError as error:
            raise FileGone("This file is no longer there.") from error
        yield file


def _is_in_s3(asset: Asset) -> bool:
    """As of now: the asset may have been moved since it was read."""
    return asset.storage == Place.S3 or Asset.objects.filter(pk=asset.pk, storage=Place.S3).exists()


def _go_on() -> None:
    """Nobody may stop it."""
