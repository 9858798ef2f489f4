"""What `/readyz` and `manage.py doctor` say about background work."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from apps.core.health import Unwell
from apps.jobs import conf
from apps.jobs.claims import claimable_for
from apps.jobs.enums import Queue
from apps.jobs.models import Worker

_STUCK = timedelta(minutes=5)


def workers() -> str:
    """Whether every queue that this installation serves has a worker that was seen lately."""
    seen = Worker.objects.filter(seen_at__gt=Now() - conf.WORKER_GONE)
    served = {queue for worker in seen for queue in worker.queues}
    needed = set(settings.JOB_QUEUE_SLOTS) - {Queue.GPU}
    missing = sorted(needed - served)
    if missing:
        raise Unwell(f"No worker serves {', '.join(missing)}: start the site, or a Celery worker for it.")
    return f"{seen.count()} workers, for {', '.join(sorted(served))}"


def backlog() -> str:
    """Whether jobs that could run are claimed in good time."""
    waiting = {queue: age for queue in Queue.values if (age := claimable_for(queue)) is not None}
    if not waiting:
        return "nothing waits for a worker"
    queue, age = max(waiting.items(), key=lambda found: found[1])
    if age > _STUCK:
        raise Unwell(f"Work for {queue} has been waiting for {int(age.total_seconds() // 60)} minutes.")
    return f"the oldest work that could run has waited {int(age.total_seconds())} s"
