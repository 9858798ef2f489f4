"""The Celery tasks. `wake` carries nothing: the queue it came by is all it knows. `start` is what beat sends."""

from celery import Task, shared_task

from apps.jobs.enums import Queue
from apps.jobs.runner import run_next
from apps.jobs.services.periodic import submit_periodic
from apps.jobs.wakeups import START_TASK, WAKE_TASK


@shared_task(name=WAKE_TASK, bind=True, ignore_result=True, max_retries=0)
def wake(self: Task) -> None:
    """Runs the fairest next job of the queue that this message came by. A wake-up too many finds nothing to do."""
    arrived = self.request.delivery_info or {}
    run_next(str(arrived.get("routing_key") or Queue.DEFAULT))


@shared_task(name=START_TASK, ignore_result=True, max_retries=0)
def start(kind: str) -> None:
    """Queues a job of a kind whose time has come (CELERY_BEAT_SCHEDULE)."""
    submit_periodic(kind=kind)
