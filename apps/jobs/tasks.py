"""The one Celery task. It carries nothing: the queue it came by is all it knows."""

from celery import Task, shared_task

from apps.jobs.enums import Queue
from apps.jobs.runner import run_next
from apps.jobs.wakeups import WAKE_TASK


@shared_task(name=WAKE_TASK, bind=True, ignore_result=True, max_retries=0)
def wake(self: Task) -> None:
    """Runs the fairest next job of the queue that this message came by. A wake-up too many finds nothing to do."""
    arrived = self.request.delivery_info or {}
    run_next(str(arrived.get("routing_key") or Queue.DEFAULT))
