"""What followers of a job hear: durable events when its state changes, passing ones for its progress."""

from typing import Any
from uuid import UUID

from apps.core.realtime import hub


def state_changed(
    *, job_id: UUID, owner_id: UUID | None, parent_id: UUID | None, subject: str, state: str, epoch: int
) -> None:
    """Tells the job's page and, for a job that is nobody's part, its owner and the page of what it is about."""
    topics = [f"job:{job_id}"]
    if parent_id is None:
        topics += [f"me:{owner_id}"] if owner_id else []
        topics += [subject_topic(subject)] if subject else []
    for topic in sorted(topics):
        hub.publish(topic, f"job.{state}", ref=job_id, version=epoch)


def progressed(*, job_id: UUID, parent_id: UUID | None, subject: str, payload: dict[str, Any]) -> None:
    """A passing state, to the job's own page, to that of the whole it is part of, and to what it is about."""
    topics = [f"job:{job_id}"]
    topics += [f"job:{parent_id}"] if parent_id else []
    topics += [subject_topic(subject)] if subject else []
    for topic in topics:
        hub.push(topic, "job.progress", payload)


def subject_topic(subject: str) -> str:
    """`catalog.item:<id>` is followed as `item:<id>`."""
    return subject.rpartition(".")[2]
