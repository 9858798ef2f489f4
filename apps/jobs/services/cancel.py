"""Stopping work that nobody wants any more."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core.errors import Conflict, NotFound
from apps.core.state import transition
from apps.jobs import announce
from apps.jobs.enums import ENDED, MOVES, State
from apps.jobs.locks import lock_children, lock_job, lock_turns, turns_of
from apps.jobs.models import Job, JobEvent
from apps.jobs.services.endings import child_ended, send_ending


def cancel(*, job_id: UUID, by: object = None) -> Job:
    """Cancels a job with all its parts. What waits ends now; what runs is told and ends within a few seconds.

    Raises Conflict if the job has ended already.
    """
    with transaction.atomic():
        parent_id = Job.objects.filter(pk=job_id).values_list("parent_id", flat=True).first()
        parent = lock_job(parent_id) if parent_id else None
        job = lock_job(job_id)
        if job is None:
            raise NotFound("There is no such job.")
        if job.state in ENDED:
            raise Conflict("This job has ended already.")
        family = _with_descendants(job)
        cancel_rows(family, by=by, also=[parent] if parent else [])
        if parent is not None and job.state != State.RUNNING:
            child_ended(parent, State.CANCELLED)
    return Job.objects.get(pk=job_id)


def cancel_rows(rows: Sequence[Job], *, by: object = None, also: Sequence[Job] = ()) -> None:
    """Cancels locked rows inside the caller's transaction; `also` are rows whose turns the caller will need."""
    detail = {"by": str(by)} if by else {}
    live = [job for job in rows if job.state not in ENDED]
    idle = [job for job in live if job.state != State.RUNNING]
    JobEvent.objects.bulk_create(JobEvent(job=job, type="cancel", epoch=job.lease_epoch, detail=detail) for job in live)
    for job in idle:
        tell_cancelled(job)
    lock_turns(turns_of([*idle, *also]))
    Job.objects.filter(pk__in=[job.pk for job in live], state=State.RUNNING).update(cancel_requested_at=Now())
    end_cancelled([job.pk for job in idle])


def tell_cancelled(job: Job) -> None:
    send_ending(claim_or_job=job, state=State.CANCELLED, result=None)
    announce.state_changed(
        job_id=job.pk,
        owner_id=job.owner_id,
        parent_id=job.parent_id,
        subject=job.subject,
        state=State.CANCELLED,
        epoch=job.lease_epoch,
    )


def end_cancelled(ids: Sequence[UUID]) -> None:
    """Ends locked rows that no worker holds (or whose worker is gone)."""
    transition(
        Job.objects.filter(pk__in=ids),
        moves=MOVES,
        sources=[State.QUEUED, State.WAITING, State.RUNNING],
        target=State.CANCELLED,
        lease_until=None,
        ended_at=Now(),
        cancel_requested_at=Now(),
    )


def _with_descendants(job: Job) -> list[Job]:
    family, level = [job], [job.pk]
    while level:
        children = lock_children(level)
        family += children
        level = [child.pk for child in children]
    return family
