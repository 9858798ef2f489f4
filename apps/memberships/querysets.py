"""Adjectives for tiers and grants."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from apps.memberships.enums import State

if TYPE_CHECKING:
    from apps.memberships.models import Grant, Tier  # noqa: F401


class TierQuerySet(QuerySet["Tier"]):
    def offered(self) -> Self:
        """What somebody can get who has it not."""
        return self.filter(archived_at=None, listed=True)


class GrantQuerySet(QuerySet["Grant"]):
    def live(self, now: datetime) -> Self:
        """Those that count at `now`: begun, not paused or revoked, and not over with their grace."""
        return self.filter(state=State.ACTIVE, starts_at__lte=now).not_over(now)

    def not_over(self, now: datetime) -> Self:
        """Those that count now or may count later, as far as their dates say."""
        return self.annotate(over_at=Coalesce("grace_until", "ends_at")).filter(Q(over_at=None) | Q(over_at__gt=now))
