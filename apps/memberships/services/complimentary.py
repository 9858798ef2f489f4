"""What staff give away: a tier with a reason, and an end that they choose."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from apps.accounts.services.activity import record
from apps.core.errors import Conflict, Invalid
from apps.core.models import new_id
from apps.memberships.enums import Source
from apps.memberships.models import Grant, Tier
from apps.memberships.months import months_later
from apps.memberships.permissions import check_manage_members
from apps.memberships.services.grant import check_within_an_age, give

if TYPE_CHECKING:
    from apps.accounts.models import User

# How long, in the words of the form: days, or months of the calendar. "ever" and "date" are not lengths.
_DAYS = {"week": 7}
_MONTHS = {"month": 1, "half-year": 6, "year": 12}
PERIOD_WORDS = {
    "week": "1 week",
    "month": "1 month",
    "half-year": "6 months",
    "year": "1 year",
    "ever": "For good",
    "date": "Until a date",
}


def end_of(period: str, starts_at: datetime) -> datetime | None:
    """When a period that begins then is over; None for good. Raises Invalid for words that mean none."""
    if period == "ever":
        return None
    if period in _DAYS:
        return starts_at + timedelta(days=_DAYS[period])
    if period in _MONTHS:
        return months_later(starts_at, _MONTHS[period])
    raise Invalid("There is no such period.", fields={"period": ["This is not one of the periods."]})


@transaction.atomic
def give_away(
    *,
    person: "User",
    tier: Tier,
    by: "User",
    reason: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """A grant of staff, from now or from `starts_at` on. Raises NotAllowed, Invalid, Conflict."""
    check_manage_members(by)
    starts_at = starts_at or timezone.now()
    if not person.is_active:
        raise Conflict("This account is closed.", code="account_closed")
    if tier.archived_at is not None:
        raise Conflict(f"{tier.title} is archived: nobody can get it any more.", code="tier_archived")
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Say why, for staff and for the person."]})
    if ends_at is not None and ends_at <= timezone.now():
        raise Invalid("It would be over already.", fields={"ends_at": ["This has passed."]})
    check_within_an_age(starts_at=starts_at, ends_at=ends_at)
    grant = give(
        person_id=person.pk,
        tier=tier,
        source=Source.STAFF,
        source_ref=str(new_id()),
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:300],
        by=by,
    )
    until = ends_at.isoformat() if ends_at else None
    record(
        "grant.given",
        actor=by,
        subject=person,
        tier=tier.title,
        grant=str(grant.pk),
        ends_at=until,
        reason=reason[:300],
    )
    return grant
