"""The tiers of a campaign as Patreon lists them, and what they mean here."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import NotFound
from apps.memberships.kinds import TIER_UNKNOWN
from apps.memberships.models import PatreonCampaign, PatreonTier, Tier
from apps.memberships.providers.patreon.documents import CampaignFacts, TierFacts
from apps.memberships.services.staff import managers, tell


@transaction.atomic
def store_campaign(*, campaign: PatreonCampaign, facts: CampaignFacts) -> list[PatreonTier]:
    """Writes the campaign's name and tiers. An answer without its tiers says nothing of them. Returns the new tiers.

    Mapped tiers that Patreon lists no more stay mapped: whoever has them keeps what they pay for.
    """
    PatreonCampaign.objects.filter(pk=campaign.pk).update(
        name=facts.name, url=facts.url, currency=facts.currency or campaign.currency
    )
    if facts.tiers is None:
        return []
    new = store_tiers(campaign=campaign, tiers=facts.tiers)
    listed = [tier.id for tier in facts.tiers]
    campaign.tiers.filter(gone_at=None).exclude(patreon_id__in=listed).update(gone_at=timezone.now())
    return new


@transaction.atomic
def store_tiers(*, campaign: PatreonCampaign, tiers: Sequence[TierFacts]) -> list[PatreonTier]:
    """Adds new tiers and renews the known ones; tells those who manage members of new ones that cost something."""
    known = {row.patreon_id: row for row in PatreonTier.objects.select_for_update().filter(campaign=campaign)}
    new = []
    for facts in {tier.id: tier for tier in tiers}.values():
        row = known.get(facts.id)
        said = {"title": facts.title, "amount_cents": facts.amount_cents, "published": facts.published}
        if row is None:
            new.append(PatreonTier(campaign=campaign, patreon_id=facts.id, **said))
        elif row.gone_at or any(getattr(row, name) != value for name, value in said.items()):
            PatreonTier.objects.filter(pk=row.pk).update(**said, gone_at=None)
    PatreonTier.objects.bulk_create(new, ignore_conflicts=True)
    _tell(campaign, [row for row in new if not row.is_free])
    return new


def note_unknown(*, campaign: PatreonCampaign, tiers: Sequence[TierFacts], known: set[str]) -> list[PatreonTier]:
    """Tiers that members have but that no list has shown us yet."""
    unknown = [tier for tier in tiers if tier.id and tier.id not in known]
    return store_tiers(campaign=campaign, tiers=unknown) if unknown else []


@transaction.atomic
def map_tiers(*, campaign: PatreonCampaign, meanings: Mapping[UUID, UUID | None]) -> int:
    """Says what tiers at Patreon mean here: row → tier. Returns how many changed. Free ones mean nothing."""
    changed = 0
    tiers = Tier.objects.in_bulk([tier for tier in meanings.values() if tier])
    for row in PatreonTier.objects.select_for_update().filter(campaign=campaign, pk__in=meanings):
        wanted = meanings[row.pk]
        if wanted is not None and wanted not in tiers:
            raise NotFound("There is no such tier.")
        if row.is_free:
            wanted = None
        if row.tier_id != wanted:
            PatreonTier.objects.filter(pk=row.pk).update(tier_id=wanted)
            changed += 1
    return changed


def _tell(campaign: PatreonCampaign, rows: Sequence[Any]) -> None:
    if not rows:
        return
    names = ", ".join(f"“{row.title}”" for row in rows[:3])
    many = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    tell(
        [campaign.owner_id, *managers()],
        kind=TIER_UNKNOWN,
        text=f"{campaign} has tiers at Patreon that mean nothing here yet: {names}{many}.",
        url=reverse("patreon-campaign", args=[campaign.pk]),
        key=f"patreon-tiers:{campaign.pk}",
    )
