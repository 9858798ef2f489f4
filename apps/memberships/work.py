"""The kinds of work of memberships, and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params
from apps.memberships.elsewhere import Cause

TURN = "memberships.turn"
RETIER = "memberships.retier"
GIFT_MAIL = "memberships.gift_mail"


class TurnParams(Params):
    """Nothing: whatever the clock has changed."""


class RetierParams(Params):
    """The tier whose rank or limits are others now."""

    tier_id: UUID


class GiftMailParams(Params):
    """`occasion`: delivery or reminder."""

    gift_id: UUID
    occasion: str


PATREON_SYNC = "memberships.patreon_sync"
WEBHOOK = "memberships.webhook"
TIDY_SOURCES = "memberships.tidy_sources"


class SyncParams(Params):
    """Without a campaign: one job for each that is connected."""

    campaign_id: UUID | None = None
    cause: Cause = Cause.CLOCK


class DeliveryParams(Params):
    delivery_id: UUID


class Nothing(Params):
    """It looks for itself."""
