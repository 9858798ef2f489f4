"""Policies and decisions in words: for pages, for the API's `message`, and for whoever asks why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from apps.catalog.access import Decision, Reason, Subject, Verdict, Viewer
from apps.catalog.enums import AudienceKind
from apps.catalog.policy import Audience, Door, Policy
from apps.memberships.entitlements import TierFacts
from apps.memberships.ladder import known_tiers
from apps.memberships.words import price_of


def at_words(at: datetime) -> str:
    """An instant as people read it, in the time zone that is active."""
    local = timezone.localtime(at)
    year = "" if local.year == timezone.localtime().year else " Y"
    return date_format(local, f"j F{year}, H:i")


def price_words(tier: TierFacts) -> str:
    """What a tier costs a month; nothing where that is not said."""
    if tier.price_cents is None:
        return ""
    if tier.price_cents == 0:
        return "free"
    return f"{price_of(tier.price_cents, tier.currency)} a month"


def who_words(audience: Audience) -> str:
    """Whom an audience has: the tiers by their titles, the lowest of a rank for all above it."""
    match audience.kind:
        case AudienceKind.PUBLIC:
            return "everyone"
        case AudienceKind.SIGNED_IN:
            return "everyone with an account"
        case AudienceKind.RANK:
            return _ranks(audience.rank)
        case _:
            return _listed(tier.title for tier in _tiers(audience.tiers)) or "nobody"


def _ranks(rank: int) -> str:
    fitting = [tier for tier in known_tiers().values() if tier.rank >= rank]
    if not fitting:
        return f"members of rank {rank}"
    lowest = min(tier.rank for tier in fitting)
    names = _listed((tier.title for tier in fitting if tier.rank == lowest), "or")
    return f"{names} and above" if any(tier.rank > lowest for tier in fitting) else names


def _tiers(ids: Iterable[UUID]) -> list[TierFacts]:
    known = known_tiers()
    return sorted((known[tier] for tier in ids if tier in known), key=lambda tier: tier.cheapness)


def _listed(words: Iterable[str], joint: str = "and") -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def opening_words(door: Door, now: datetime) -> str:
    """“everyone from 1 December, 09:00”; without an instant where it is open."""
    when = " now" if door.opens_at <= now else f" from {at_words(door.opens_at)}"
    return who_words(door.audience) + when


def openings_words(decision: Decision, now: datetime) -> str:
    """“Backstage and above now, everyone from 1 December, 09:00”."""
    told = ", ".join(opening_words(door, now) for door in decision.openings)
    return told[:1].upper() + told[1:]


def refusal_words(decision: Decision) -> str:
    """Why something does not play, in a sentence that says what helps."""
    match decision.reason:
        case Reason.SIGN_IN:
            return "Sign in to play this."
        case Reason.MEMBERSHIP if decision.tier is not None:
            when = f" from {at_words(decision.tier_at)} on" if decision.tier_at else ""
            return f"{decision.tier.title} opens this{when}."
        case Reason.LATER if decision.opens_at is not None:
            return f"This opens for you on {at_words(decision.opens_at)}."
        case Reason.LATER:
            return "Sign in to play this when it opens."
        case _:
            return "This is not open to you."


@dataclass(frozen=True)
class Badge:
    """What a card says of a thing that is shut. `icon` alone is shown where there is little room, with the words to be read."""

    words: str
    icon: str


def badge_of(decision: Decision) -> Badge | None:
    """Nothing for what is open."""
    if decision.allowed or not decision.visible:
        return None
    match decision.reason:
        case Reason.SIGN_IN:
            return Badge("Sign in to play", "lock")
        case Reason.MEMBERSHIP if decision.tier is not None:
            return Badge(decision.tier.title, "lock")
        case Reason.LATER if decision.opens_at is not None:
            return Badge(f"From {at_words(decision.opens_at)}", "clock")
        case Reason.LATER:
            return Badge("Later, with an account", "clock")
        case _:
            return Badge("Locked", "lock")


def policy_words(policy: Policy) -> str:
    """For whom something is, without its steps: “Everyone”."""
    told = who_words(policy.base)
    return told[:1].upper() + told[1:]


def why(viewer: Viewer, subject: Subject, decision: Decision, now: datetime) -> list[str]:
    """The decision explained, a sentence each, to somebody who knows the thing but not why it is shut for `viewer`."""
    lines = [_who_asks(viewer)]
    match decision.reason:
        case Reason.TRASHED:
            return [*lines, "It is in the trash: nobody plays it."]
        case Reason.OWN:
            return [*lines, "It is theirs, so that they may play it whatever the policy says."]
        case Reason.STAFF:
            return [*lines, "They run this site, so that they may play everything."]
        case Reason.NOT_PUBLISHED:
            return [*lines, _not_yet(subject)]
    lines += _doors(viewer, subject, now)
    if decision.verdict is Verdict.ALLOW:
        return [*lines, "So it is open."]
    if decision.verdict is Verdict.PREVIEW:
        lines.append(f"So they get the first {decision.preview_ms // 1000} seconds.")
    return [*lines, refusal_words(decision)]


def _who_asks(viewer: Viewer) -> str:
    if not viewer.signed_in:
        return "Nobody is signed in: no tier, rank 0."
    held = [tier.title for tier in _tiers(viewer.tiers)]
    if not held:
        return "They are signed in and have no tier: rank 0."
    grace = " All of it is in grace: the time that was paid for is over." if viewer.in_grace else ""
    return f"They have {_listed(held)}: rank {viewer.rank}.{grace}"


def _not_yet(subject: Subject) -> str:
    if subject.published_at is None:
        return "It is not published: only its owner and staff see it."
    return f"It is not there for others before {at_words(subject.policy.seen_from(subject.published_at))}."


def _doors(viewer: Viewer, subject: Subject, now: datetime) -> list[str]:
    lines = []
    for door in sorted(subject.policy.doors(subject.published_at), key=lambda door: door.opens_at):
        among = "they are among them" if door.audience.holds(viewer) else "they are not among them"
        open_now = "is open" if door.opens_at <= now else f"opens on {at_words(door.opens_at)}"
        lines.append(f"It {open_now} for {who_words(door.audience)}: {among}.")
    return lines or ["No instant has been set from which on it is open."]
