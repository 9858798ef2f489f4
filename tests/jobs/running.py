"""Runs queued jobs in the test's own process, as a worker would."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from apps.jobs import conf
from apps.jobs.enums import Queue
from apps.jobs.runner import run_next


def run_jobs(*queues: str, most: int = 200) -> int:
    """Runs until nothing can be claimed; returns how many attempts ran. Fails if `most` do not suffice."""
    ran = 0
    with _unwatched():
        while any(run_next(queue) for queue in (queues or Queue.values)):
            ran += 1
            assert ran <= most, "the jobs do not come to an end"
    return ran


def one_by_one(*queues: str, most: int = 200) -> Iterator[None]:
    """The same, with a look around after each attempt."""
    with _unwatched():
        for _ in range(most):
            if not any(run_next(queue) for queue in (queues or Queue.values)):
                return
            yield
    raise AssertionError("the jobs do not come to an end")


@contextmanager
def _unwatched() -> Iterator[None]:
    """Within a test's transaction the watch, which has a connection of its own, would not see the job and call it lost."""
    watch_s = conf.WATCH_S
    if connection.in_atomic_block:
        conf.WATCH_S = 3600.0
    try:
        yield
    finally:
        conf.WATCH_S = watch_s
