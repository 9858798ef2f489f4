"""The kinds of work of memberships, and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params

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
