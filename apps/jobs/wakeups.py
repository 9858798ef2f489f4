"""Waking workers up. A wake-up carries nothing: whoever gets it claims the fairest next job of that queue."""

from collections.abc import Iterable

from celery import current_app
from kombu.exceptions import OperationalError

from apps.core.breaker import Breaker

WAKE_TASK = "jobs.wake"
START_TASK = "jobs.start"
# Submitting must stay fast while Redis is away; workers look for themselves then (apps/jobs/steward.py).
_broker = Breaker("Redis (wake-ups)", pause_seconds=15)


def wake(queue: str) -> bool:
    """Sends one wake-up; returns whether the broker took it. Never raises: the sweeper makes up for what is lost."""
    if not _broker.ready():
        return False
    try:
        current_app.send_task(WAKE_TASK, queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        _broker.failed(error)
        return False
    _broker.succeeded()
    return True


def wake_all(queues: Iterable[str]) -> None:
    """One wake-up for each entry: three entries of one queue wake three slots."""
    for queue in queues:
        wake(queue)
