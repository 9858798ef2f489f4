"""When a publication ends without success, its item is told; in the same transaction as the job's own end."""

from typing import Any
from uuid import UUID

from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.streaming.services.publish import give_up
from apps.streaming.work import PUBLISH

_CANCELLED = "Preparing this was cancelled."


def publication_ending(*, job_id: UUID, kind: str, state: str, **_: Any) -> None:
    """Receiver of `apps.jobs.signals.job_ending`."""
    if kind != PUBLISH or state not in {State.FAILED, State.CANCELLED}:
        return
    job = Job.objects.get(pk=job_id)
    sentence = job.error_message if state == State.FAILED else _CANCELLED
    give_up(item_id=UUID(job.params["item_id"]), code=job.error_code or str(state), sentence=sentence or _CANCELLED)
