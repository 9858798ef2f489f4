"""Tiers and grants, and what is known from where memberships are paid for."""

from apps.memberships.models.kofi import KofiAccount, KofiImport, KofiPayment, KofiSupporter, KofiTierName
from apps.memberships.models.membership import Gift, Grant, MemberChange, Standing, Tier, TrialClaim
from apps.memberships.models.patreon import PatreonCampaign, PatreonMember, PatreonTier
from apps.memberships.models.traffic import SyncRun, WebhookDelivery

__all__ = [
    "Gift",
    "Grant",
    "KofiAccount",
    "KofiImport",
    "KofiPayment",
    "KofiSupporter",
    "KofiTierName",
    "MemberChange",
    "PatreonCampaign",
    "PatreonMember",
    "PatreonTier",
    "Standing",
    "SyncRun",
    "Tier",
    "TrialClaim",
    "WebhookDelivery",
]
