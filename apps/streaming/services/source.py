"""The source of a generation, as a file that FFmpeg can read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.media.services.local import local_copy
from apps.streaming.models import Generation


@contextmanager
def source_of(generation: Generation, check: Callable[[], None] | None = None) -> Iterator[Path]:
    """It stays as long as the block. Raises like `local_copy`."""
    asset = generation.item.asset
    if asset is None:
        raise ValueError("this item has no source")
    with local_copy(asset, check=check) as path:
        yield path
