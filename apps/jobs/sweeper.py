"""What must happen even if nobody asks: silent workers' jobs go back, lost wake-ups are made up for, old rows leave.

Runs every 10 s in the supervisor's own process and in a thread of every worker; an advisory lock lets one through. It
never queues behind work.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.db import connection

from apps.jobs import conf, housekeeping
from apps.jobs.claims import claimable_since
from apps.jobs.enums import Queue, State
from apps.jobs.persistence import DATABASE_AWAY
from apps.jobs.services import alerts, fallback, recover
from apps.jobs.wakeups import wake

_LOCK = 4_710_001
_HOUSEKEEPING_S = 600.0
_logger = logging.getLogger(__name__)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the only sweep at this moment, over all machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def sweep() -> int:
    """One pass; returns how many jobs were taken back from silent workers."""
    with _alone() as free:
        if not free:
            return 0
        recovered = _recover_silent()
        for job_id in recover.waiting_for_nothing():
            recover.wake_parent(job_id)
        fallback.move_held()
        housekeeping.notice_workers_that_left()
        housekeeping.notice_failing_kinds()
        housekeeping.send_alerts()
    for queue in Queue.values:
        if claimable_since(queue) is not None:
            wake(queue)
    return recovered


def _recover_silent() -> int:
    count = 0
    for job_id in recover.expired_ids():
        state = recover.recover(job_id)
        if state is None:
            continue
        count += 1
        _logger.warning("Job %s: its worker fell silent; it is %s now", job_id, state)
        event = "job.attempts_used_up" if state == State.FAILED else "job.recovered"
        alerts.raise_alert(event, subject=str(job_id))
    return count


def sweep_forever(
    ended: threading.Event, *, every_s: float = conf.SWEEP_S, gate: AbstractContextManager[object] | None = None
) -> None:
    """Sweeps until `ended` is set, inside `gate`. A database that is away is waited for."""
    gate = gate or nullcontext()
    tidied = -_HOUSEKEEPING_S
    while not ended.is_set():
        with gate:
            _guarded(sweep)
            if time.monotonic() - tidied > _HOUSEKEEPING_S:
                tidied = time.monotonic()
                _guarded(housekeeping.tidy)
        ended.wait(every_s)
    connection.close()


def _guarded(work: Callable[[], object]) -> None:
    try:
        work()
    except DATABASE_AWAY as error:
        _logger.warning("No sweep, the database is away: %s", str(error).strip().splitlines()[:1])
        connection.close()
