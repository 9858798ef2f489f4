"""`make bench NAME=streaming`: what the pipeline costs beside FFmpeg alone, in time, memory and bytes.

Sources are drawn by FFmpeg. Work is done by processes that claim jobs as workers do. Takes about ten minutes on two cores.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from apps.core.bench import Figure
from apps.streaming.bench.bytes_and_quality import bytes_at_quality
from apps.streaming.bench.speed import ladder, two_workers, watchable
from apps.streaming.bench.workers import own_settings


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bst-bench-") as name, own_settings():
        folder = Path(name)
        yield from watchable(folder)
        yield from ladder(folder)
        yield from two_workers(folder)
        yield from bytes_at_quality(folder)
