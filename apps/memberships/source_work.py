"""The kinds of work of Patreon and Ko-fi, and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params
from apps.memberships.elsewhere import Cause

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
