"""Leaving a broken thing alone for a while, so that its absence costs nothing and is logged once."""

import logging
import threading
import time


class Breaker:
    """After a failure nobody tries for `pause_seconds`; then one caller does, and the rest wait for how it goes.

    Used around Redis: `if breaker.ready(): try … breaker.succeeded() except … breaker.failed(error)`. Each process has its
    own. `outages` counts the times that the thing went away, for `/metrics` and tests.
    """

    def __init__(self, name: str, *, pause_seconds: float = 5) -> None:
        self.name = name
        self.pause_seconds = pause_seconds
        self.outages = 0
        self._lock = threading.Lock()
        self._broken = False
        self._next_try = 0.0
        self._log = logging.getLogger("apps.core.breaker")

    @property
    def broken(self) -> bool:
        return self._broken

    def ready(self) -> bool:
        """Whether to try now. While broken, true for one caller in each pause."""
        if not self._broken:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._next_try:
                return False
            self._next_try = now + self.pause_seconds
            return True

    def succeeded(self) -> None:
        if not self._broken:
            return
        with self._lock:
            self._broken = False
        self._log.warning("%s is back.", self.name)

    def failed(self, error: Exception) -> None:
        with self._lock:
            first, self._broken = not self._broken, True
            self._next_try = time.monotonic() + self.pause_seconds
            self.outages += first
        if first:
            self._log.warning("%s is away (%s: %s); going on without it.", self.name, type(error).__name__, error)
