"""Trying failed or cancelled work again, at a person's word."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core.errors import Conflict, NotFound
from apps.core.state import transition
from apps.jobs import announce
from apps.jobs.enums import MOVES, State
from apps.jobs.locks import lock_children, lock_job, lock_turns, turns_of
from apps.jobs.models import Job, JobEvent
from apps.jobs.services.submit import check_room
from apps.jobs.wakeups import wake_all

_AGAIN = (State.FAILED, State.CANCELLED)


def retry(*, job_id: UUID, by: object = None) -> Job:
    """Queues an ended job again with its attempts counted anew. Finished steps and finished parts stay finished.

    Only a job that is nobody's part can be tried again; it takes its parts with it. Raises Conflict otherwise.
    """
    with transaction.atomic():
        job = lock_job(job_id)
        if job is None:
            raise NotFound("There is no such job.")
        if job.parent_id is not None or job.state not in _AGAIN:
            raise Conflict("Only work that failed or was cancelled can be tried again.")
        check_room(job.owner_id)
        again = [job, *(child for child in lock_children([job.pk]) if child.state in _AGAIN)]
        JobEvent.objects.create(job=job, type="retried", epoch=job.lease_epoch, detail={"by": str(by)} if by else {})
        announce.state_changed(
            job_id=job.pk,
            owner_id=job.owner_id,
            parent_id=None,
            subject=job.subject,
            state=State.QUEUED,
            epoch=job.lease_epoch,
        )
        lock_turns(turns_of(again))
        _queue_again(again)
        queues = [row.queue for row in again]
        transaction.on_commit(lambda: wake_all(queues))
    return Job.objects.get(pk=job_id)


def _queue_again(jobs: Sequence[Job]) -> None:
    transition(
        Job.objects.filter(pk__in=[job.pk for job in jobs]),
        moves=MOVES,
        sources=_AGAIN,
        target=State.QUEUED,
        ended_at=None,
        attempt=0,
        run_after=Now(),
        cancel_requested_at=None,
        error_code="",
        error_message="",
        staff_error="",
    )
