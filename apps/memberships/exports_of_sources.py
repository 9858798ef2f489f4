"""What is kept of a person from where they pay: for the export of their own data, for trials, and for tiers in use."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount

from apps.memberships.models import KofiPayment, KofiTierName, PatreonMember, PatreonTier
from apps.memberships.services.patreon.people import PROVIDER


def patreon(person: Any) -> Iterator[Mapping[str, Any]]:
    for row in PatreonMember.objects.filter(person=person).select_related("campaign", "tier").order_by("pk"):
        yield {
            "campaign": row.campaign.name,
            "patreon_user_id": row.user_id,
            "name": row.full_name,
            "email": row.email,
            "status": row.patron_status,
            "last_charge_status": row.last_charge_status,
            "last_charge_at": row.last_charge_at,
            "next_charge_at": row.next_charge_at,
            "tier": row.tier.title if row.tier else None,
            "seen_at": row.seen_at,
        }


def kofi(person: Any) -> Iterator[Mapping[str, Any]]:
    payments = KofiPayment.objects.filter(supporter__person=person).select_related("account").order_by("pk")
    for row in payments.iterator(500):
        yield {
            "account": row.account.name,
            "kind": row.kind,
            "paid_at": row.paid_at,
            "amount": str(row.amount),
            "currency": row.currency,
            "tier_name": row.tier_name,
            "name": row.name,
            "message": row.message,
            "email": row.email,
        }


def identities(person: Any) -> list[str]:
    """By which a trial is told to be the same person's."""
    uids = SocialAccount.objects.filter(user=person, provider=PROVIDER).values_list("uid", flat=True)
    return [f"patreon:{uid}" for uid in uids]


def patreon_refers(tier_id: UUID) -> bool:
    return PatreonTier.objects.filter(tier_id=tier_id).exists()


def kofi_refers(tier_id: UUID) -> bool:
    return KofiTierName.objects.filter(tier_id=tier_id).exists()
