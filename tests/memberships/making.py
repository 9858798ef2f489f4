"""Tiers and grants at their valid minimum."""

from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.models import new_id
from apps.memberships import ladder
from apps.memberships.enums import Source
from apps.memberships.models import Grant, Tier
from apps.memberships.services.grant import give


def make_tier(title: str = "Backstage", rank: int = 20, **fields) -> Tier:
    tier = Tier.objects.create(title=title, slug=fields.pop("slug", title.lower()), rank=rank, **fields)
    ladder.forget()
    return tier


def make_grant(person, tier: Tier, *, starts_at: datetime | None = None, **fields) -> Grant:
    wanted = {"source": Source.STAFF, "source_ref": str(new_id()), **fields}
    starts_at = starts_at or timezone.now() - timedelta(days=1)
    return give(person_id=person.pk, tier=tier, starts_at=starts_at, **wanted)
