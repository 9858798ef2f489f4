"""What `/metrics` says of background work: three queries."""

from collections.abc import Iterator

from django.db.models import Count
from django.db.models.functions import Now
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.jobs import conf
from apps.jobs.claims import claimable_for
from apps.jobs.enums import ENDED, Queue
from apps.jobs.models import Job, Worker


def collect() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("bandstand_jobs", "Jobs that have not ended.", labels=["queue", "state"])
    live = Job.objects.exclude(state__in=ENDED).order_by().values_list("queue", "state")
    for queue, state, count in live.annotate(count=Count("pk")):
        jobs.add_metric([queue, state], count)
    yield jobs

    waits = GaugeMetricFamily(
        "bandstand_jobs_oldest_seconds", "How long the oldest job that could run has waited.", labels=["queue"]
    )
    for queue in Queue.values:
        age = claimable_for(queue)
        waits.add_metric([queue], age.total_seconds() if age else 0)
    yield waits

    workers = GaugeMetricFamily("bandstand_workers", "Workers that were seen lately.", labels=["queue"])
    seen = [worker.queues for worker in Worker.objects.filter(seen_at__gt=Now() - conf.WORKER_GONE)]
    for queue in Queue.values:
        workers.add_metric([queue], sum(queue in queues for queues in seen))
    yield workers
