"""Work that happens by the clock: beat says when, a job does it."""

from datetime import timedelta

from apps.core.clock import database_now
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import handler_of, submit

_AT_MOST_EVERY = timedelta(minutes=1)


def submit_periodic(*, kind: str) -> Job:
    """Queues the kind with its default parameters, below all other work; one that is under way already is enough."""
    live = Job.objects.live().roots().filter(kind=kind, subject="").first()
    if live is not None:
        return live
    minute = int(database_now().timestamp() // _AT_MOST_EVERY.total_seconds())
    params = handler_of(kind).params_type()
    return submit(kind=kind, params=params, priority=Priority.LOW, idempotency_key=f"{kind}:periodic:{minute}")
