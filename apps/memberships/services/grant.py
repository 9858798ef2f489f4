"""Giving a tier to somebody, and taking it back. Every source goes through here; saying the same twice changes nothing."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import Invalid
from apps.core.state import transition
from apps.memberships.enums import MOVES, State
from apps.memberships.models import Grant, Tier
from apps.memberships.standing import reckon

if TYPE_CHECKING:
    from apps.accounts.models import User


@transaction.atomic
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

    A paused one stays paused. Raises Invalid where it would end before it begins. Costs about five statements; callers
    that give many at once sort people by id, so that two of them never wait for each other in a circle.
    """
    check_dates(starts_at, ends_at, grace_until)
    said = {
        "person_id": person_id,
        "tier": tier,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "grace_until": grace_until,
        "reason": reason,
        "made_by": by,
    }
    grant, made = Grant.objects.select_for_update().get_or_create(source=source, source_ref=source_ref, defaults=said)
    earlier = None if made else grant.person_id
    if not made:
        if grant.ends_at != ends_at:
            grant.ending_told_at = None
        for name, value in said.items():
            setattr(grant, name, value)
        if grant.state == State.REVOKED:
            grant.state, grant.revoked_at = State.ACTIVE, None
        grant.save()
    for changed in sorted({person_id, earlier or person_id}):
        reckon(changed)
    return grant


@transaction.atomic
def revoke(*, grant: Grant, reason: str = "") -> bool:
    """Takes it back at once; returns whether there was anything to take."""
    fields = {"reason": reason[:300]} if reason else {}
    moved = transition(
        Grant.objects.filter(pk=grant.pk),
        moves=MOVES,
        sources=[State.ACTIVE, State.PAUSED],
        target=State.REVOKED,
        revoked_at=timezone.now(),
        paused_at=None,
        **fields,
    )
    if moved:
        reckon(grant.person_id)
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
