"""Static files as whitenoise stores them, without a minute of Brotli for the readers of the API on every first start.

Their ten megabytes are asked for seldom: under their hashed names alone, and compressed by gzip alone.
"""

from collections.abc import Iterator
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_READERS = "vendor/readers/"


class _QuickForReaders(Compressor):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._quick = Compressor(**{**options, "use_brotli": False})

    def compress(self, path: str) -> Iterator[str]:
        if f"/{_READERS}" in path:
            yield from self._quick.compress(path)
        else:
            yield from super().compress(path)


class ServedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def create_compressor(self, **options: Any) -> Compressor:
        return _QuickForReaders(**options)

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        plain = {name for name in self.hashed_files if name.startswith(_READERS)}
        yield from super().compress_files(set(paths) - plain)
