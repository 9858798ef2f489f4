"""Slow upkeep: old history leaves, counts are compared with the rows, workers that left are noticed, alerts are sent."""

import logging
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from apps.core import rates
from apps.core.realtime.hub import purge_events
from apps.jobs import conf
from apps.jobs.alerting import deliver
from apps.jobs.contract import known_kinds
from apps.jobs.enums import State
from apps.jobs.models import Alert, Job, JobEvent, KindLoad, SlotLease, Worker
from apps.jobs.services.alerts import raise_alert

_BATCH = 5000
_logger = logging.getLogger(__name__)

_COUNTED = """
WITH counted AS (
  SELECT queue, owner_key,
         count(*) FILTER (WHERE state = 'queued' AND NOT express) AS queued,
         count(*) FILTER (WHERE state = 'queued' AND express) AS queued_express,
         count(*) FILTER (WHERE state = 'running') AS running
    FROM jobs_job WHERE state IN ('queued', 'running') GROUP BY queue, owner_key),
drifted AS (
  SELECT t.id, coalesce(c.queued, 0) AS queued, coalesce(c.queued_express, 0) AS queued_express,
         coalesce(c.running, 0) AS running
    FROM jobs_turn t LEFT JOIN counted c ON c.queue = t.queue AND c.owner_key = t.owner_key
   WHERE (t.queued, t.queued_express, t.running)
         IS DISTINCT FROM (coalesce(c.queued, 0), coalesce(c.queued_express, 0), coalesce(c.running, 0)))
"""
_COUNT_DRIFT = _COUNTED + "SELECT count(*) FROM drifted"  # noqa: S608 (constants)
_REPAIR_DRIFT = (
    _COUNTED
    + """
UPDATE jobs_turn t SET queued = d.queued, queued_express = d.queued_express, running = d.running
  FROM drifted d WHERE d.id = t.id
"""
)


def tidy() -> None:
    """Deletes what is past its time, in batches, and repairs counts that drifted (none should)."""
    know_kinds()
    _delete_batch(JobEvent.objects.filter(at__lt=Now() - conf.KEEP_EVENTS))
    _delete_batch(Job.objects.filter(ended_at__lt=Now() - conf.KEEP_ENDED, parent=None))
    SlotLease.objects.filter(lease_until__lt=Now()).delete()
    Alert.objects.filter(created_at__lt=Now() - conf.KEEP_EVENTS).delete()
    purge_events()
    rates.purge()
    repaired = repair_counts()
    if repaired:
        _logger.error("The counts of %s turns had drifted and were repaired", repaired)
        raise_alert("jobs.counts_drifted", details={"turns": repaired})


def know_kinds() -> None:
    """A row for every kind that declares a cap, for staff to change; a row that is there stays as staff left it."""
    for kind, handler in known_kinds().items():
        if handler.cap is not None:
            KindLoad.objects.get_or_create(kind=kind, defaults={"cap": handler.cap})


def _delete_batch(rows: QuerySet[Any]) -> None:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH])
    if ids:
        rows.model.objects.filter(pk__in=ids).delete()


def repair_counts() -> int:
    """Sets every turn to what the job rows say; returns how many differed.

    The look costs one scan of the live jobs; only where it finds a difference do writers wait while it is set right.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT_DRIFT)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("LOCK TABLE jobs_job IN SHARE MODE")
        cursor.execute(_REPAIR_DRIFT)
        return cursor.rowcount


def notice_workers_that_left() -> None:
    gone = Worker.objects.filter(seen_at__lt=Now() - conf.WORKER_GONE)
    for name in list(gone.values_list("name", flat=True)):
        raise_alert("worker.left", subject=name)
        Worker.objects.filter(name=name).delete()


def notice_failing_kinds() -> None:
    """The same kind of work failed several times within the last quarter of an hour: one index range, one group."""
    since = Now() - conf.FAILING_WITHIN
    failed = Job.objects.filter(state=State.FAILED, ended_at__gt=since).values("kind").annotate(times=Count("id"))
    for found in failed.filter(times__gte=conf.FAILING_TIMES):
        raise_alert("job.failing", subject=found["kind"], details={"times": found["times"]})


def send_alerts() -> None:
    for alert in Alert.objects.filter(sent_at=None).order_by("id")[:20]:
        if not deliver(alert):
            return
        Alert.objects.filter(pk=alert.pk).update(sent_at=Now())
