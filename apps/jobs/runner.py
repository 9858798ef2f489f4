"""Claim and run: what a worker does with a wake-up."""

import logging
import os
import socket

from django.db import close_old_connections, connection

from apps.jobs import attempts
from apps.jobs.claims import claim, claimable_since
from apps.jobs.wakeups import wake

_logger = logging.getLogger(__name__)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def run_next(queue: str) -> bool:
    """Runs the next job of `queue`, if there is one; returns whether there was.

    Afterwards a slot is free: if more could be claimed (perhaps a cap had been in the way), somebody is woken.
    """
    _fresh_connection()
    found = claim(queue, worker=worker_name())
    if found is None:
        return False
    _logger.info("%s %s: attempt %s", found.kind, found.id, found.attempt)
    attempts.run(found)
    _fresh_connection()
    if claimable_since(queue) is not None:
        wake(queue)
    return True


def _fresh_connection() -> None:
    """Drops a connection that is too old or broken, as Django does between two requests."""
    if not connection.in_atomic_block:
        close_old_connections()
