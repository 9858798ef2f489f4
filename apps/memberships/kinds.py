"""What memberships tell people of."""

from apps.core.flags import Flag
from apps.notifications.kinds import Kind, register_kind

MEMBER_NEW = "member.new"
MEMBER_CHANGED = "member.changed"
MEMBER_LOST = "member.lost"
GRANT_ENDING = "grant.ending"
GRANT_ENDED = "grant.ended"
GIFT_RECEIVED = "gift.received"
GIFT_CLAIMED = "gift.claimed"
PAYMENT_UNMATCHED = "payment.unmatched"
TIER_UNKNOWN = "tier.unknown"
SOURCE_LOST = "source.lost"


def register_kinds() -> None:
    for kind in (
        Kind(GRANT_ENDING, "A membership of yours ends soon", "clock", by_mail=True),
        Kind(GRANT_ENDED, "A membership of yours has ended", "circle-alert", by_mail=True),
        Kind(GIFT_RECEIVED, "You claimed a gift", "gift"),
        Kind(GIFT_CLAIMED, "Somebody claimed your gift", "gift", Flag.MANAGE_MEMBERS),
        Kind(MEMBER_NEW, "New members", "user-plus", Flag.CREATE),
        Kind(MEMBER_CHANGED, "Members who changed their tier", "users", Flag.CREATE),
        Kind(MEMBER_LOST, "Members who left", "user-minus", Flag.CREATE),
        Kind(PAYMENT_UNMATCHED, "Payments that belong to nobody here", "alert-triangle", Flag.MANAGE_MEMBERS),
        Kind(SOURCE_LOST, "A connection to Patreon that was lost", "unlink", Flag.CREATE, by_mail=True),
        Kind(TIER_UNKNOWN, "Payments for an unknown tier", "alert-triangle", Flag.MANAGE_MEMBERS),
    ):
        register_kind(kind)
