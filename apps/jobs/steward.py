"""The thread in a Celery worker's main process that needs no broker.

It reports the worker, sweeps, and looks after jobs that nobody claims although a slot is free: a wake-up was lost, or
Redis is away. For those it first sends another wake-up and, if that does not help, starts a process of its own that
runs one job. So work goes on without Redis, only slower.
"""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from apps.core import processes
from apps.core.clock import ahead_s
from apps.jobs.claims import claimable_for
from apps.jobs.enums import State
from apps.jobs.forking import new_gate
from apps.jobs.models import Job, Worker
from apps.jobs.persistence import DATABASE_AWAY
from apps.jobs.services.alerts import raise_alert
from apps.jobs.sweeper import sweep_forever
from apps.jobs.upkeep import Upkeep
from apps.jobs.wakeups import wake

_LOOK_S = 2.0
_WAKE_AFTER = timedelta(seconds=3)
_RUN_AFTER = timedelta(seconds=6)
_REPORT_S = 10.0
_CLOCK_S = 10.0
_logger = logging.getLogger(__name__)


class Steward:
    """`slots` is how many jobs this worker may run at once."""

    def __init__(self, *, name: str, queues: Sequence[str], slots: int) -> None:
        self._name = name
        self._queues = list(queues)
        self._slots = slots
        self._ended = threading.Event()
        self._own: list[subprocess.Popen[bytes]] = []
        self._gate = new_gate()  # before the sweeper's: this thread starts processes
        self._upkeep = Upkeep(self._queues)
        self._reported = 0.0
        self._threads = [
            threading.Thread(target=self._run, name="steward", daemon=True),
            threading.Thread(
                target=sweep_forever, args=[self._ended], kwargs={"gate": new_gate()}, name="sweeper", daemon=True
            ),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the threads; processes that run a job end with the worker."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=3)

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_S):
            with self._gate:
                self._look()
        self._sign_off()

    def _look(self) -> None:
        try:
            if time.monotonic() - self._reported > _REPORT_S:
                self._report()
                self._upkeep.look()
                self._reported = time.monotonic()
            for queue in self._queues:
                self._look_after(queue)
        except DATABASE_AWAY as error:
            _logger.warning("The database is away: %s", str(error).strip().splitlines()[:1])
            connection.close()

    def _report(self) -> None:
        _, new = Worker.objects.update_or_create(
            name=self._name,
            defaults={
                "host": socket.gethostname(),
                "queues": self._queues,
                "slots": self._slots,
                "busy": self._used(),
                "seen_at": Now(),
            },
        )
        if new:
            raise_alert("worker.came", subject=self._name)
        ahead = ahead_s()
        if abs(ahead) > _CLOCK_S:  # jobs go by the database's clock; logs and what people see may not
            raise_alert("worker.clock_wrong", subject=self._name, details={"ahead_s": round(ahead)})

    def _sign_off(self) -> None:
        try:
            Worker.objects.filter(name=self._name).delete()
        except DATABASE_AWAY:
            _logger.info("Could not sign off: the database is away")
        finally:
            connection.close()

    def _used(self) -> int:
        """How many slots are in use. The rows tell, not Celery: its main loop hangs when Redis does, and counts on."""
        pool = [pid for pid in self._holders() - self._own_pids() if processes.parent_of(pid) == os.getpid()]
        return min(self._slots, len(self._own) + len(pool))

    def _own_pids(self) -> set[int]:
        self._own = [process for process in self._own if process.poll() is None]
        return {process.pid for process in self._own}

    def _holders(self) -> set[int]:
        """The processes of this machine that hold a job of our queues."""
        prefix = f"{socket.gethostname()}:"
        rows = Job.objects.filter(state=State.RUNNING, queue__in=self._queues, worker__startswith=prefix)
        return {int(name.removeprefix(prefix).partition("#")[0]) for name in rows.values_list("worker", flat=True)}

    def _look_after(self, queue: str) -> None:
        waited = claimable_for(queue)
        if waited is None or self._used() >= self._slots:
            return
        if waited < _WAKE_AFTER or (waited < _RUN_AFTER and wake(queue)):
            return
        if self._own_pids() <= self._holders():  # one that has just been started is given the time to claim
            self._run_one(queue)

    def _run_one(self, queue: str) -> None:
        _logger.info("Nobody was woken for %s: running one job without the broker", queue)
        line = [sys.executable, str(settings.PROJECT_DIR / "manage.py"), "work", "--queue", queue, "--once"]
        self._own.append(processes.spawn(line))
