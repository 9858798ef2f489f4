"""How an attempt ends: every write carries the lease epoch, and a write with an old epoch changes nothing."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.core.state import transition
from apps.jobs import announce, conf
from apps.jobs.claims import Claim
from apps.jobs.enums import MOVES, State
from apps.jobs.errors import JobError, LostLease
from apps.jobs.locks import lock_job, lock_turns
from apps.jobs.models import Job, JobEvent, SlotLease
from apps.jobs.signals import job_ending
from apps.jobs.wakeups import wake

_spread = random.Random()  # noqa: S311 (spreads retries, guards nothing)


def mine(claim: Claim) -> QuerySet[Job]:
    """The job's row, as long as this attempt owns it. The lease may have run out as long as nobody took it over.

    The epoch fences off older attempts, the worker's name one that PostgreSQL forgot: a claim that was not on disk yet when
    the server died leaves its epoch to the next.
    """
    return Job.objects.filter(pk=claim.id, lease_epoch=claim.epoch, worker=claim.worker, state=State.RUNNING)


def started(claim: Claim) -> None:
    """Tells followers that the work has begun. (The claim itself is one statement and tells nobody.)"""
    with transaction.atomic():
        _announce(claim, State.RUNNING)


def succeed(claim: Claim, result: Mapping[str, Any]) -> None:
    """What went wrong in earlier attempts is no longer told to people; staff and the history keep it."""
    _end(claim, State.SUCCEEDED, result=dict(result), note="", error_code="", error_message="")


def fail(claim: Claim, error: JobError) -> None:
    """Ends for good: what went wrong cannot be helped by trying again, or was tried often enough."""
    _end(claim, State.FAILED, **_error_fields(error))


def stop_cancelled(claim: Claim) -> None:
    _end(claim, State.CANCELLED, note="")


def fail_or_retry(claim: Claim, error: JobError) -> bool:
    """Queues the job again after a pause if that may help; returns whether it did."""
    if not error.retryable or claim.attempt >= claim.max_attempts:
        fail(claim, error)
        return False
    pause = retry_pause(claim.attempt)
    with transaction.atomic():
        parent = hold(claim)
        SlotLease.objects.filter(job_id=claim.id).delete()
        _note(claim, "retrying", {"code": error.code, "in_s": round(pause.total_seconds())})
        _announce(claim, State.QUEUED)
        if (
            parent is not None
        ):  # whoever looks at the whole sees why it does not go on; the next part that succeeds ends it
            Job.objects.filter(pk=parent.pk).update(note=error.sentence[:200])
        _move(claim, State.QUEUED, run_after=Now() + pause, **_error_fields(error))
    return True


def retry_pause(attempt: int) -> timedelta:
    """10 s, 1 min, 5 min, spread by a fifth so that what failed together does not return together."""
    base = conf.BACKOFF_S[min(attempt, len(conf.BACKOFF_S)) - 1]
    return timedelta(seconds=base * (1 + _spread.uniform(-conf.BACKOFF_JITTER, conf.BACKOFF_JITTER)))


def child_ended(parent: Job, state: str) -> None:
    """Counts a child off. The parent goes on when the last one ended, or at once when one did not succeed.

    `parent` is locked by the caller. While it does not wait there is nothing to count: it counts anew when it does.
    """
    if parent.state != State.WAITING:
        return
    parent.children_open -= 1
    told = {"note": ""} if state == State.SUCCEEDED else {}
    Job.objects.filter(pk=parent.pk).update(children_open=parent.children_open, **told)
    if state == State.SUCCEEDED and parent.children_open > 0:
        return
    transition(
        Job.objects.filter(pk=parent.pk),
        moves=MOVES,
        sources=[State.WAITING],
        target=State.QUEUED,
        run_after=Now(),
        attempt=0,
    )
    queue = parent.queue
    transaction.on_commit(lambda: wake(queue))


def hold(claim: Claim) -> Job | None:
    """Locks the family of an attempt that is still ours, in order, and returns the parent. Raises LostLease."""
    parent = lock_job(claim.parent_id) if claim.parent_id else None
    if mine(claim).select_for_update().values_list("pk").first() is None:
        raise LostLease
    return parent


def _end(claim: Claim, state: State, **fields: Any) -> None:
    """The job's last transaction. Its turn is locked last, so that a claim hardly ever finds a turn locked."""
    with transaction.atomic():
        parent = hold(claim)
        _note(claim, str(state), {"code": fields["error_code"]} if fields.get("error_code") else {})
        send_ending(
            claim_or_job=claim,
            state=state,
            result=fields.get("result"),
            code=fields.get("error_code", ""),
            sentence=fields.get("error_message", ""),
        )
        _announce(claim, state)
        if parent is not None:
            lock_turns([(parent.queue, parent.owner_key), (claim.queue, parent.owner_key)])
        _move(claim, state, ended_at=Now(), **fields)
        if parent is not None:
            child_ended(parent, state)


def _move(claim: Claim, target: State, **fields: Any) -> None:
    moved = transition(mine(claim), moves=MOVES, sources=[State.RUNNING], target=target, lease_until=None, **fields)
    if not moved:
        raise LostLease


def send_ending(
    *, claim_or_job: Claim | Job, state: str, result: Mapping[str, Any] | None, code: str = "", sentence: str = ""
) -> None:
    """Calls what other apps hung on the end of a job, inside its transaction."""
    job_ending.send(
        sender=Job,
        job_id=claim_or_job.id,
        kind=claim_or_job.kind,
        subject=claim_or_job.subject,
        owner_id=claim_or_job.owner_id,
        state=str(state),
        result=result,
        code=code,
        sentence=sentence,
    )


def _error_fields(error: JobError) -> dict[str, Any]:
    return {
        "error_code": error.code[:60],
        "error_message": error.sentence[:500],
        "staff_error": error.staff_error[-conf.STAFF_ERROR_CHARS :].replace("\0", ""),
    }


def _note(claim: Claim, type: str, detail: Mapping[str, Any]) -> None:  # noqa: A002
    JobEvent.objects.create(job_id=claim.id, type=type, epoch=claim.epoch, detail=dict(detail))


def _announce(claim: Claim, state: str) -> None:
    announce.state_changed(
        job_id=claim.id,
        owner_id=claim.owner_id,
        parent_id=claim.parent_id,
        subject=claim.subject,
        state=state,
        epoch=claim.epoch,
    )
