"""Work that waits for a rare machine is not held for long: after a while whoever is there takes it."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from apps.jobs import conf
from apps.jobs.contract import known_kinds
from apps.jobs.enums import Queue, State
from apps.jobs.locks import lock_turns
from apps.jobs.models import Job, JobEvent
from apps.jobs.presence import hosts_serving
from apps.jobs.wakeups import wake

_BATCH = 500


def move_held() -> int:
    """Moves what has waited too long to the queue that its handler names; returns how many jobs that were."""
    kinds = [(kind, h.queue, h.falls_back_to) for kind, h in known_kinds().items() if h.falls_back_to]
    return sum(_move(kind, queue, target) for kind, queue, target in kinds if target)


def _move(kind: str, queue: Queue, target: Queue) -> int:
    with transaction.atomic():
        held = list(_held(kind, queue).select_for_update(of=("self",), skip_locked=True).order_by("id")[:_BATCH])
        if not held:
            return 0
        JobEvent.objects.bulk_create(_events(held, target))
        lock_turns((name, job.owner_key) for job in held for name in (queue, target))
        Job.objects.filter(pk__in=[job.pk for job in held]).update(queue=target, updated_at=Now())
        transaction.on_commit(lambda: wake(target))
    return len(held)


def _held(kind: str, queue: Queue) -> QuerySet[Job]:
    """Queued for long. While there are workers of the queue, a part whose siblings have begun waits for its turn."""
    since = Now() - conf.FALLBACK_HOLD
    waiting = Job.objects.filter(kind=kind, queue=queue, state=State.QUEUED, run_after__lt=since, updated_at__lt=since)
    if not hosts_serving(queue):
        return waiting
    begun = Job.objects.filter(parent_id=OuterRef("parent_id"), kind=kind, queue=queue)
    return waiting.filter(~Q(Exists(begun.filter(state__in=[State.RUNNING, State.SUCCEEDED]))))


def _events(held: Sequence[Job], target: Queue) -> Iterable[JobEvent]:
    return (
        JobEvent(job=job, type="moved", epoch=job.lease_epoch, detail={"from": job.queue, "to": target}) for job in held
    )
