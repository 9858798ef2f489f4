"""Runs queued jobs in the test's own process, as a worker would."""

from apps.jobs.enums import Queue
from apps.jobs.runner import run_next


def run_jobs(*queues: str, most: int = 200) -> int:
    """Runs until nothing can be claimed; returns how many attempts ran. Fails if `most` do not suffice."""
    ran = 0
    while any(run_next(queue) for queue in (queues or Queue.values)):
        ran += 1
        assert ran <= most, "the jobs do not come to an end"
    return ran
