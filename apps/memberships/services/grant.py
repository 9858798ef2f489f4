"""Giving a tier to somebody, and taking it back. Every source goes through here; saying the same twice changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import Invalid
from apps.core.state import transition
from apps.memberships.enums import MOVES, State
from apps.memberships.models import Grant, Tier
from apps.memberships.standing import reckon, reckon_all

if TYPE_CHECKING:
    from apps.accounts.models import User


_LONGEST_REASON = 300
_WRITTEN = [
    *("person", "tier", "state", "starts_at", "ends_at", "grace_until"),
    *("revoked_at", "reason", "made_by", "ending_told_at", "updated_at"),
]


@dataclass(frozen=True)
class Due:
    """What a source says that somebody is due. `source_ref` is its own name for it, the same whenever it says it again."""

    person_id: UUID
    tier: Tier
    source_ref: str
    starts_at: datetime
    ends_at: datetime | None = None
    grace_until: datetime | None = None
    reason: str = ""


def give(
    *,
    person_id: UUID,
    tier: Tier,
    source: str,
    source_ref: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    grace_until: datetime | None = None,
    reason: str = "",
    by: "User | None" = None,
) -> Grant:
    """Makes the grant that the source calls `source_ref`, or makes it what is said now; one that was revoked is back.

    A paused one stays paused. Raises Invalid where it would end before it begins. Costs about ten statements; whoever gives
    many at once calls `settle_all`.
    """
    check_dates(starts_at, ends_at, grace_until)
    due = Due(person_id, tier, source_ref, starts_at, ends_at, grace_until, reason)
    settle_all(source=source, dues=[due], by=by)
    return Grant.objects.get(source=source, source_ref=source_ref)


@transaction.atomic
def settle_all(
    *, source: str, dues: Sequence[Due] = (), ended: Mapping[Grant, str] | None = None, by: "User | None" = None
) -> int:
    """Makes all these grants what their source says, and takes those back that have `ended`, each for a reason.

    Returns how many grants were touched. A handful of statements for all, beside what everybody is told whose tiers differ
    afterwards; nobody waits for anybody in a circle, since people are locked in the order of their ids.
    """
    said = {due.source_ref: due for due in dues}
    known = _locked(source, said)
    people = {due.person_id for due in dues} | {grant.person_id for grant in known.values()}
    rows = [_row(due, known.get(ref), source, by) for ref, due in said.items()]
    Grant.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source", "source_ref"], update_fields=_WRITTEN, batch_size=500
    )
    taken = [grant.person_id for grant, reason in (ended or {}).items() if _take_back(grant, reason)]
    reckon_all(people.union(taken))
    return len(rows) + len(taken)


def _locked(source: str, refs: Collection[str]) -> dict[str, Grant]:
    grants = Grant.objects.select_for_update().filter(source=source, source_ref__in=refs).order_by("pk")
    return {grant.source_ref: grant for grant in grants}


def _row(due: Due, grant: Grant | None, source: str, by: "User | None") -> Grant:
    """The grant as it is said now, not saved."""
    row = grant or Grant(source=source, source_ref=due.source_ref)
    if row.ends_at != due.ends_at:
        row.ending_told_at = None
    if row.state == State.REVOKED:
        row.state, row.revoked_at = State.ACTIVE, None
    row.person_id, row.tier, row.made_by = due.person_id, due.tier, by
    row.starts_at, row.ends_at, row.grace_until = due.starts_at, due.ends_at, due.grace_until
    row.reason = due.reason[:_LONGEST_REASON]
    return row


@transaction.atomic
def revoke(*, grant: Grant, reason: str = "") -> bool:
    """Takes it back at once; returns whether there was anything to take."""
    moved = _take_back(grant, reason)
    if moved:
        reckon(grant.person_id)
    return moved


def _take_back(grant: Grant, reason: str) -> bool:
    fields = {"reason": reason[:_LONGEST_REASON]} if reason else {}
    moved = transition(
        Grant.objects.filter(pk=grant.pk),
        moves=MOVES,
        sources=[State.ACTIVE, State.PAUSED],
        target=State.REVOKED,
        revoked_at=timezone.now(),
        paused_at=None,
        **fields,
    )
    return bool(moved)


_AGE = timedelta(days=366 * 100)


def check_within_an_age(**instants: datetime | None) -> None:
    """For what people type: within a hundred years of now, so that no reckoning leaves the calendar."""
    now = timezone.now()
    for name, instant in instants.items():
        if instant is not None and not now - _AGE <= instant <= now + _AGE:
            raise Invalid("That is too far away.", fields={name: ["That is too far away."]})


def check_dates(starts_at: datetime, ends_at: datetime | None, grace_until: datetime | None) -> None:
    if ends_at is not None and ends_at < starts_at:
        raise Invalid("A grant ends after it begins.", fields={"ends_at": ["This is before it begins."]})
    if grace_until is not None and (ends_at is None or grace_until < ends_at):
        raise Invalid("Grace comes after the end.", fields={"grace_until": ["This is before it ends."]})
