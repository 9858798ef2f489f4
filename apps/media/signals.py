"""What media tells others, inside the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID

from django.dispatch import Signal

from apps.jobs.enums import Priority

# A file has become an asset: `asset`, `wish`. Whoever makes something of it answers with `Made`; what it raises as an
# AppError is told to the person, and nothing is kept.
asset_ready = Signal()


@dataclass(frozen=True)
class Wish:
    """What whoever brought the file says about it. `insists`: a kind that does not fit is refused, not replaced.
    `priority` is that of the work on it.
    """

    title: str = ""
    kind: str = ""
    insists: bool = False
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True)
class Made:
    """What became of an asset: the item, its address, and the job that prepares it."""

    item_id: UUID
    item_url: str
    job_id: UUID
