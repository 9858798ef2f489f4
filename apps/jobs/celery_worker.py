"""How a Celery worker becomes one of ours: its children die with it, and a steward looks after what no message brings."""

from typing import Any

from celery import bootsteps
from celery.signals import worker_process_init

from apps.core import processes
from apps.jobs.steward import Steward


@worker_process_init.connect
def _in_pool_child(**_: Any) -> None:
    """A pool process was forked: it must not outlive its parent. (Celery's own fix-up drops inherited connections.)"""
    processes.die_with_parent()


class StewardStep(bootsteps.StartStopStep):
    """Starts with the worker, before and without the broker."""

    def __init__(self, worker: Any, **_: Any) -> None:
        self._steward: Steward | None = None

    def start(self, worker: Any) -> None:
        # With --autoscale Celery sets `max_concurrency` only while its own steps are made.
        self._steward = Steward(
            name=worker.hostname,
            queues=sorted(worker.app.amqp.queues.consume_from),
            slots=getattr(worker, "max_concurrency", None) or worker.concurrency,
        )
        self._steward.start()

    def stop(self, worker: Any) -> None:
        if self._steward is not None:
            self._steward.stop()

    def terminate(self, worker: Any) -> None:
        self.stop(worker)
