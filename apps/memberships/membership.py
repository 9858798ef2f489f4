"""What one person has of memberships, as their pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.memberships.enums import Source, State
from apps.memberships.models import Grant, Tier
from apps.memberships.services.trial import had_trial
from apps.memberships.standing import entitlements_of
from apps.memberships.words import limits_in_words, price_of

_MOST = 100
_FROM = {
    Source.PATREON: "By Patreon",
    Source.KOFI: "By Ko-fi",
    Source.STAFF: "Given to you",
    Source.GIFT: "A gift",
    Source.TRIAL: "A trial",
}


@dataclass(frozen=True)
class Held:
    """One grant in words: `state` is counts, grace, paused, later or over."""

    grant: Grant
    state: str

    @property
    def source(self) -> str:
        return _FROM[Source(self.grant.source)]

    @property
    def badge(self) -> tuple[str, str, str]:
        """Tone, icon, words."""
        return _BADGES[self.state]


_BADGES = {
    "counts": ("success", "circle-check", "You have it"),
    "grace": ("warning", "clock", "In grace"),
    "paused": ("warning", "pause", "Paused"),
    "later": ("info", "clock", "Begins later"),
    "over": ("", "x", "Over"),
    "revoked": ("error", "x", "Taken back"),
}


def held_of(person: Any, now: datetime) -> list[Held]:
    """What they have or had, the newest first: one query."""
    grants = Grant.objects.of(person).select_related("tier").order_by("-pk")[:_MOST]
    return [Held(grant, state_of(grant, now)) for grant in grants]


def state_of(grant: Grant, now: datetime) -> str:
    """`over` is what has passed, `revoked` what staff or its source took back."""
    if grant.state == State.REVOKED:
        return "revoked"
    if grant.over_at is not None and grant.over_at <= now and grant.state == State.ACTIVE:
        return "over"
    if grant.state == State.PAUSED:
        return "paused"
    if grant.starts_at > now:
        return "later"
    return "grace" if grant.in_grace_at(now) else "counts"


@dataclass(frozen=True)
class Offer:
    """A tier as `/tiers/` shows it."""

    tier: Tier
    price: str
    brings: Sequence[str]
    has: bool = False
    may_try: bool = False


@dataclass(frozen=True)
class Offers:
    rows: Sequence[Offer] = field(default_factory=list)
    rank: int = 0


def offers_for(person: Any) -> Offers:
    """What can be had, the lowest rank first, and what the person has of it. At most five queries, one for a visitor."""
    tiers = list(Tier.objects.offered())
    held = entitlements_of(person)
    had = _ever_had(person)
    may_try = bool(getattr(person, "pk", None)) and any(tier.trial_days for tier in tiers) and not had_trial(person)
    rows = [
        Offer(
            tier,
            price_of(tier.price_cents, tier.currency),
            limits_in_words(tier.limits),
            has=tier.pk in held.tiers,
            may_try=may_try and tier.trial_days > 0 and tier.pk not in had,
        )
        for tier in tiers
    ]
    return Offers(rows, held.rank)


def _ever_had(person: Any) -> set[UUID]:
    return set(Grant.objects.of(person).values_list("tier_id", flat=True))


def grace_of(held: Sequence[Held]) -> list[Held]:
    """What still counts although no payment came."""
    return [one for one in held if one.state == "grace"]
