"""What stands where something is locked: why, what opens it, and the ways there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.catalog.access import Decision, Reason, Viewer
from apps.catalog.words import at_words, opening_words, price_words
from apps.memberships.entitlements import TierFacts
from apps.memberships.models import Tier


@dataclass(frozen=True)
class Lock:
    """`join_url` is where the tier can be got; `openings` says for whom it opens when, a line each. `preview_s` may be 0."""

    heading: str
    text: str
    tier: TierFacts | None = None
    price: str = ""
    join_url: str = ""
    openings: Sequence[str] = ()
    preview_s: int = 0
    offers_sign_in: bool = False


def lock_of(viewer: Viewer, decision: Decision, now: datetime) -> Lock:
    """Of a decision that is not to allow. One query where a tier opens it."""
    heading, text = _words(decision)
    tier = decision.tier
    openings = [opening_words(door, now) for door in decision.openings]
    return Lock(
        heading,
        text,
        tier=tier,
        price=price_words(tier) if tier else "",
        join_url=_join_url(tier) if tier else "",
        openings=openings if len(openings) > 1 or decision.reason is Reason.LATER else [],
        preview_s=decision.preview_ms // 1000,
        offers_sign_in=not viewer.signed_in and decision.reason is not Reason.CLOSED,
    )


def _words(decision: Decision) -> tuple[str, str]:
    tier = decision.tier
    match decision.reason:
        case Reason.SIGN_IN:
            return "Sign in to play this", "It is open to everyone who has an account here."
        case Reason.MEMBERSHIP if tier is not None and decision.tier_at is not None:
            return f"{tier.title} opens this later", f"From {at_words(decision.tier_at)} on."
        case Reason.MEMBERSHIP if tier is not None:
            return f"{tier.title} opens this", "It is for members."
        case Reason.LATER if decision.opens_at is not None:
            return f"Opens on {at_words(decision.opens_at)}", _sooner(decision)
        case Reason.LATER:
            return "This opens later", "Everyone who has an account here may play it then."
        case _:
            return "This is not open to you", "Nothing that can be got here opens it just now."


def _sooner(decision: Decision) -> str:
    if decision.tier is None:
        return "Come back then: it opens by itself."
    when = f"on {at_words(decision.tier_at)}" if decision.tier_at else "at once"
    return f"{decision.tier.title} opens it {when}."


def _join_url(tier: TierFacts) -> str:
    return Tier.objects.filter(pk=tier.id).values_list("join_url", flat=True).first() or ""
