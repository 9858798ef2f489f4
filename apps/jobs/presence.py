"""Who serves a queue now."""

from django.db.models.functions import Now

from apps.jobs import conf
from apps.jobs.models import Worker


def hosts_serving(queue: str) -> frozenset[str]:
    """The machines whose workers for this queue were seen lately."""
    seen = Worker.objects.filter(seen_at__gt=Now() - conf.WORKER_GONE)
    return frozenset(worker.host for worker in seen if queue in worker.queues)
