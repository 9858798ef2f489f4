"""Adjectives for tiers and grants."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from apps.memberships.enums import RENEWED_ELSEWHERE, GiftState, State

if TYPE_CHECKING:
    from apps.memberships.models import Gift, Grant, Tier  # noqa: F401


class TierQuerySet(QuerySet["Tier"]):
    def offered(self) -> Self:
        """What somebody can get who has it not."""
        return self.filter(archived_at=None, listed=True)

    def in_use(self) -> Self:
        return self.filter(archived_at=None)


class GrantQuerySet(QuerySet["Grant"]):
    def live(self, now: datetime) -> Self:
        """Those that count at `now`: begun, not paused or revoked, and not over with their grace."""
        return self.filter(state=State.ACTIVE, starts_at__lte=now).not_over(now)

    def not_over(self, now: datetime) -> Self:
        """Those that count now or may count later, as far as their dates say."""
        return self.alias(over=Coalesce("grace_until", "ends_at")).filter(Q(over=None) | Q(over__gt=now))

    def of(self, person: Any) -> Self:
        """A person's own; nobody's for a visitor."""
        return self.filter(person_id=person.pk) if getattr(person, "pk", None) else self.none()

    def ending(self, now: datetime, until: datetime) -> Self:
        """Those that count and end by `until`, other than what is renewed elsewhere."""
        counts = self.filter(state=State.ACTIVE, ends_at__gt=now, ends_at__lte=until, starts_at__lte=now)
        return counts.exclude(source__in=RENEWED_ELSEWHERE)


class GiftQuerySet(QuerySet["Gift"]):
    def claimable(self, now: datetime) -> Self:
        return self.filter(state=GiftState.OPEN, expires_at__gt=now)
