"""When a publication ends without success, its item is told; in the same transaction as the job's own end."""

from typing import Any
from uuid import UUID

from apps.jobs.enums import State
from apps.streaming.services.move import move_home
from apps.streaming.services.publish import give_up
from apps.streaming.work import PUBLISH

_CANCELLED = "Preparing this was cancelled."


def publication_ending(*, kind: str, subject: str, state: str, code: str, sentence: str, **_: Any) -> None:
    """Receiver of `apps.jobs.signals.job_ending`."""
    if kind != PUBLISH or state not in {State.FAILED, State.CANCELLED}:
        return
    item_id = UUID(subject.rpartition(":")[2])
    give_up(item_id=item_id, code=code or state, sentence=sentence or _CANCELLED)
    move_home(item_id=item_id)
