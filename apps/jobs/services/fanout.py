"""A job that hands out parts and waits for them without holding a worker."""

from collections.abc import Sequence

from django.db import transaction

from apps.core.state import transition
from apps.jobs import announce
from apps.jobs.claims import Claim
from apps.jobs.contract import Child, Outcome
from apps.jobs.enums import ENDED, MOVES, State
from apps.jobs.errors import JobError, LostLease, Suspended
from apps.jobs.locks import lock_children, lock_turns
from apps.jobs.models import Job, JobEvent
from apps.jobs.services.cancel import cancel_rows
from apps.jobs.services.endings import mine
from apps.jobs.services.submit import handler_of
from apps.jobs.wakeups import wake_all


def gather(claim: Claim, name: str, children: Sequence[Child]) -> list[Outcome]:
    """Returns the children's outcomes, or makes them and raises Suspended. Raises JobError if one failed for good.

    A constant number of statements and one insert for all children.
    """
    keys = {child.key: f"{claim.id}:{name}:{child.key}" for child in children}
    if len(keys) != len(children):
        raise ValueError("two children with the same key")
    with transaction.atomic():
        parent = mine(claim).select_for_update().first()
        if parent is None:
            raise LostLease
        rows = {row.idempotency_key: row for row in lock_children([claim.id])}
        known = [rows[keys[child.key]] for child in children if keys[child.key] in rows]
        failed = next((row for row in known if row.state in {State.FAILED, State.CANCELLED}), None)
        done = len(known) == len(children) and all(row.state == State.SUCCEEDED for row in known)
        if failed is not None:
            cancel_rows([row for row in known if row.state not in ENDED])
        elif not done:
            missing = [child for child in children if keys[child.key] not in rows]
            _suspend(claim, parent, _built(parent, missing, keys), [row for row in known if row.state not in ENDED])
    if failed is not None:
        raise _reason(failed)
    if not done:
        raise Suspended
    return [Outcome(child.key, rows[keys[child.key]].result or {}) for child in children]


def _built(parent: Job, children: Sequence[Child], keys: dict[str, str]) -> list[Job]:
    return [
        Job(
            kind=child.kind,
            queue=handler_of(child.kind).queue,
            owner_id=parent.owner_id,
            parent=parent,
            params=child.params.model_dump(mode="json"),
            subject=parent.subject,
            request_id=parent.request_id,
            priority=child.priority,
            express=child.express,
            progress_total=child.weight,
            max_attempts=handler_of(child.kind).max_attempts,
            idempotency_key=keys[child.key],
        )
        for child in children
    ]


def _suspend(claim: Claim, parent: Job, new: Sequence[Job], live: Sequence[Job]) -> None:
    """Queues the new children and lets the parent wait for them and for those that live already."""
    JobEvent.objects.create(job=parent, type="waiting", epoch=claim.epoch, detail={"children": len(new) + len(live)})
    announce.state_changed(
        job_id=claim.id,
        owner_id=claim.owner_id,
        parent_id=claim.parent_id,
        subject=claim.subject,
        state=State.WAITING,
        epoch=claim.epoch,
    )
    lock_turns({(job.queue, parent.owner_key) for job in (parent, *new, *live)})
    Job.objects.bulk_create(new)
    JobEvent.objects.bulk_create([JobEvent(job=job, type="submitted") for job in new])
    transition(
        mine(claim),
        moves=MOVES,
        sources=[State.RUNNING],
        target=State.WAITING,
        lease_until=None,
        children_open=len(new) + len(live),
    )
    ready = [job.queue for job in (*new, *live) if job.state == State.QUEUED]
    transaction.on_commit(lambda: wake_all(ready))


def _reason(child: Job) -> JobError:
    if child.state == State.CANCELLED:
        return JobError("part_cancelled", "A part of this work was cancelled.")
    return JobError(child.error_code, child.error_message, staff_error=child.staff_error)
