"""Handing work in."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from pydantic import ValidationError

from apps.core.errors import AppError
from apps.core.log_lines import current
from apps.jobs import announce, conf
from apps.jobs.contract import Handler, Params, known_kinds
from apps.jobs.enums import Priority, State
from apps.jobs.errors import UnknownKind
from apps.jobs.models import SITE, Job, JobEvent, Turn
from apps.jobs.wakeups import wake


class TooManyJobs(AppError):
    code = "too_many_jobs"
    status = 429


def handler_of(kind: str) -> type[Handler[Params]]:
    try:
        return known_kinds()[kind]
    except KeyError:
        raise UnknownKind(f"There is no work called {kind!r}.") from None


def submit(
    *,
    kind: str,
    params: Params,
    owner_id: UUID | None = None,
    subject: str = "",
    priority: Priority = Priority.NORMAL,
    express: bool = False,
    run_after: datetime | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Queues a job and wakes a worker after commit. Costs four statements.

    With an `idempotency_key` that is known already, the job that has it is returned as it is. Raises TooManyJobs when
    the person has thousands waiting, UnknownKind or TypeError for a mistake in the code.
    """
    handler = handler_of(kind)
    if not isinstance(params, handler.params_type):
        raise TypeError(f"{kind} takes {handler.params_type.__name__}")
    if idempotency_key and (known := Job.objects.filter(idempotency_key=idempotency_key).first()):
        return known
    check_room(owner_id)
    job = Job(
        kind=kind,
        queue=handler.queue,
        owner_id=owner_id,
        params=params.model_dump(mode="json"),
        subject=subject,
        priority=priority,
        express=express,
        max_attempts=handler.max_attempts,
        idempotency_key=idempotency_key,
        request_id=current("request_id"),
        **({"run_after": run_after} if run_after else {}),  # else now, by the database's clock
    )
    try:
        with transaction.atomic():
            announce.state_changed(
                job_id=job.pk, owner_id=owner_id, parent_id=None, subject=subject, state=State.QUEUED, epoch=0
            )
            job.save(force_insert=True)
            JobEvent.objects.create(job=job, type="submitted")
    except IntegrityError:
        # Somebody else handed the same key in at the same moment: theirs counts.
        known = Job.objects.filter(idempotency_key=idempotency_key).first() if idempotency_key else None
        if known is None:
            raise
        return known
    transaction.on_commit(lambda: wake(job.queue))
    return job


def check_room(owner_id: UUID | None) -> None:
    """Bounds how much one person may have waiting, over all queues."""
    if owner_id is None:
        return
    waiting = Turn.objects.filter(owner_key=owner_id or SITE).aggregate(n=Sum("queued"))["n"] or 0
    if waiting >= conf.MAX_QUEUED_PER_PERSON:
        raise TooManyJobs("You have very many jobs waiting. Let some of them finish first.")


def read_params(kind: str, stored: object) -> Params:
    """The stored parameters as their type again. Raises ValueError if they do not fit (any more)."""
    try:
        return handler_of(kind).params_type.model_validate(stored)
    except ValidationError as error:
        raise ValueError(str(error)) from error
