"""The thread beside a running attempt: it renews the lease and learns of cancellation."""

import logging
import threading
import time
from typing import Self

from django.db import connection
from django.db.models.functions import Now

from apps.jobs import conf
from apps.jobs.claims import Claim
from apps.jobs.persistence import DATABASE_AWAY
from apps.jobs.services import slots
from apps.jobs.services.endings import mine

_logger = logging.getLogger(__name__)


class Watch:
    """Use as a context manager around an attempt. `lost` and `cancelled` are read by the attempt's own thread."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{claim.id}", daemon=True)
        self.lost = False
        self.cancelled = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        renewed = time.monotonic()
        try:
            while not self._ended.wait(conf.WATCH_S):
                due = time.monotonic() - renewed >= conf.HEARTBEAT_S
                if self._look(renew=due) and due:
                    renewed = time.monotonic()
        finally:
            connection.close()

    def _look(self, *, renew: bool) -> bool:
        """Reads the row (and renews the lease); returns whether the database answered."""
        try:
            row = mine(self._claim).values_list("cancel_requested_at", flat=True).first()
            held = row is not None or mine(self._claim).exists()
            if held and renew:
                held = self._renew()
        except DATABASE_AWAY as error:
            _logger.warning("No heartbeat for %s: %s", self._claim.id, str(error).strip().splitlines()[:1])
            connection.close()
            return False
        self.lost = not held
        self.cancelled = held and row is not None
        return True

    def _renew(self) -> bool:
        held = mine(self._claim).update(lease_until=Now() + conf.LEASE) == 1
        slots.renew(self._claim.id, self._claim.epoch)
        return held
