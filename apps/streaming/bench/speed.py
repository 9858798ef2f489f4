"""How soon something plays, what the whole ladder costs, and what a second worker brings."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from apps.core.bench import Figure
from apps.streaming.bench.plain import single_command
from apps.streaming.bench.sources import draw, repeat
from apps.streaming.bench.workers import crew, publish
from apps.streaming.conf import streaming

_MINUTES = 10
_LADDER_S = 180
_SHARED_S = 128


def watchable(folder: Path) -> Iterator[Figure]:
    """Ten minutes of 1080p: until the first segment plays, beside FFmpeg alone making that one segment."""
    minute = draw("pan", 60, folder / "minute.mp4")
    film = repeat(minute, _MINUTES, folder / "film.mp4")
    plain = single_command(film, folder / "plain", seconds=streaming().segment_s, lowest_alone=True)
    with crew([_all_cores()]) as workers:
        took = _until_watchable(film)
    allowed = min(10.0, 1.3 * plain + 1.5)
    yield Figure(
        "until the first segment of 10 min of 1080p plays",
        took,
        "s",
        plain,
        "≤ 10 s and ≤ 1.3 × + 1.5 s",
        took <= allowed,
    )
    yield _memory("Python side of the worker that made it", workers.memory_mb)
    shutil.rmtree(folder / "plain")
    film.unlink()


def ladder(folder: Path) -> Iterator[Figure]:
    """Three minutes of 1080p in three chunks, beside the best single command that makes the same."""
    film = repeat(folder / "minute.mp4", _LADDER_S // 60, folder / "film.mp4")
    plain = single_command(film, folder / "plain")
    with crew([_all_cores()]) as workers:
        took = publish(film).published_s
    yield Figure("whole ladder of 3 min of 1080p", took, "s", plain, "≤ 1.10 ×", took <= 1.10 * plain)
    yield _memory("Python side of that worker", workers.memory_mb)
    shutil.rmtree(folder / "plain")


def two_workers(folder: Path) -> Iterator[Figure]:
    """One worker on one core, then two on one core each; the same film in chunks of 8 s."""
    cores = sorted(os.sched_getaffinity(0))
    film = draw("pan", _SHARED_S, folder / "shared.mp4", size="1280x720")
    settings.STREAMING = {**settings.STREAMING, "chunk_s": 8}
    with crew([frozenset(cores[:1])]):
        alone = publish(film).published_s
    if len(cores) < 2:
        yield Figure("two workers on one core each (one worker): needs two cores", 0, "s")
        return
    with crew([frozenset(cores[:1]), frozenset(cores[1:2])]):
        together = publish(film).published_s
    yield Figure("two workers on one core each (one worker)", together, "s", alone, "≤ 0.6 ×", together <= 0.6 * alone)


def _until_watchable(film: Path) -> float:
    """The rest of the film is not waited for."""
    return publish(film, until_watchable=True).watchable_s


def _all_cores() -> frozenset[int]:
    return frozenset(os.sched_getaffinity(0))


def _memory(name: str, memory_mb: list[float]) -> Figure:
    most = max(memory_mb)
    return Figure(name, most, "MB", budget="≤ 200 MB", holds=most <= 200)
