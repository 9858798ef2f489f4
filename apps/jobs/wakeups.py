"""Waking workers up. A wake-up carries nothing: whoever gets it claims the fairest next job of that queue."""

import logging
import time
from collections.abc import Iterable

from celery import current_app
from kombu.exceptions import OperationalError

WAKE_TASK = "jobs.wake"
_PAUSE_S = 3.0  # after a failure the broker is left alone for so long: submitting must stay fast while Redis is away
_logger = logging.getLogger(__name__)


class _Breaker:
    """Remembers, per process, until when the broker is taken for dead."""

    def __init__(self) -> None:
        self.closed_until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.closed_until

    def trip(self) -> None:
        self.closed_until = time.monotonic() + _PAUSE_S


_breaker = _Breaker()


def wake(queue: str) -> bool:
    """Sends one wake-up; returns whether the broker took it. Never raises: the sweeper makes up for what is lost."""
    if _breaker.is_open():
        return False
    try:
        current_app.send_task(WAKE_TASK, queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        _breaker.trip()
        _logger.warning("No wake-up for %s, the broker is away: %s", queue, error)
        return False
    return True


def wake_all(queues: Iterable[str]) -> None:
    """One wake-up for each entry: three entries of one queue wake three slots."""
    for queue in queues:
        wake(queue)
