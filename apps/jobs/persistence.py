"""Writing to a database that may be away for a moment: PostgreSQL restarts, work that is done should not be lost."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
DATABASE_AWAY = (OperationalError, InterfaceError)
_logger = logging.getLogger(__name__)


def persist(work: Callable[[], T], *, patience_s: float = 50.0) -> T:
    """Runs `work` (a transaction of its own) until the database takes it; gives up after `patience_s` seconds.

    `work` may run more than once; it must be safe to repeat (conditional updates are).
    """
    deadline = time.monotonic() + patience_s
    pause = 0.25
    while True:
        try:
            return work()
        except DATABASE_AWAY as error:
            if connection.in_atomic_block or time.monotonic() + pause > deadline:
                raise
            _logger.warning("The database is away, trying again: %s", str(error).strip().splitlines()[:1])
        connection.close()
        time.sleep(pause)
        pause = min(pause * 1.6, 3.0)
