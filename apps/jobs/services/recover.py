"""Work whose worker fell silent goes back into the queue."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.core.state import transition
from apps.jobs import announce
from apps.jobs.enums import ENDED, MOVES, State
from apps.jobs.locks import lock_job, lock_turns, turns_of
from apps.jobs.models import Job, JobEvent, SlotLease
from apps.jobs.services.endings import child_ended, send_ending
from apps.jobs.wakeups import wake

LOST_CODE = "worker_lost"
LOST_SENTENCE = "The machine that worked on this stopped answering, several times over."


def _silent() -> QuerySet[Job]:
    """Jobs whose lease is over by the database's clock: no machine's own clock can take a job from a living worker."""
    return Job.objects.filter(state=State.RUNNING, lease_until__lt=Now())


def expired_ids(limit: int = 200) -> list[UUID]:
    return list(_silent().order_by("lease_until").values_list("pk", flat=True)[:limit])


def recover(job_id: UUID) -> str | None:
    """Takes one job back from a silent worker; returns its new state, or None if it was renewed or ended meanwhile."""
    with transaction.atomic():
        parent_id = Job.objects.filter(pk=job_id).values_list("parent_id", flat=True).first()
        parent = lock_job(parent_id) if parent_id else None
        job = lock_job(job_id)
        if job is None or not _silent().filter(pk=job_id).exists():
            return None
        state = _next_state(job)
        detail = {"worker": job.worker, "attempt": job.attempt}
        JobEvent.objects.create(job=job, type="lease_expired", epoch=job.lease_epoch, detail=detail)
        SlotLease.objects.filter(job=job).delete()
        _tell(job, state)
        lock_turns(turns_of([job, *([parent] if parent else [])]))
        _take_back(job, state)
        if parent is not None and state != State.QUEUED:
            child_ended(parent, state)
        return state


def _next_state(job: Job) -> State:
    if job.cancel_requested_at is not None:
        return State.CANCELLED
    return State.FAILED if job.attempt >= job.max_attempts else State.QUEUED


def _take_back(job: Job, state: State) -> None:
    fields: dict[str, Any] = {"lease_until": None}
    if state == State.QUEUED:
        fields |= {"run_after": Now()}
        transaction.on_commit(lambda: wake(job.queue))
    else:
        fields |= {"ended_at": Now()}
    if state == State.FAILED:
        fields |= {"error_code": LOST_CODE, "error_message": LOST_SENTENCE}
    transition(Job.objects.filter(pk=job.pk), moves=MOVES, sources=[State.RUNNING], target=state, **fields)


def _tell(job: Job, state: State) -> None:
    if state != State.QUEUED:
        lost = {"code": LOST_CODE, "sentence": LOST_SENTENCE} if state == State.FAILED else {}
        send_ending(claim_or_job=job, state=state, result=None, **lost)
    announce.state_changed(
        job_id=job.pk,
        owner_id=job.owner_id,
        parent_id=job.parent_id,
        subject=job.subject,
        state=state,
        epoch=job.lease_epoch,
    )


def waiting_for_nothing(limit: int = 100) -> list[UUID]:
    """Parents that wait although none of their parts is left: never expected, healed all the same."""
    rows = Job.objects.filter(state=State.WAITING).exclude(children__in=Job.objects.exclude(state__in=ENDED))
    return list(rows.values_list("pk", flat=True)[:limit])


def wake_parent(job_id: UUID) -> None:
    with transaction.atomic():
        transition(
            Job.objects.filter(pk=job_id),
            moves=MOVES,
            sources=[State.WAITING],
            target=State.QUEUED,
            run_after=Now(),
            attempt=0,
        )
