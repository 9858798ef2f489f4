"""The one access decision. Page, API, playlist, segment and socket all ask `decide`.

It is pure: what it needs to know about the viewer and the thing is handed in, frozen. `querysets.py` holds the same
rules as a query; `tests/catalog/test_access.py` holds the two together. What a decision means in words is in `words.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from apps.catalog.policy import SITE_POLICY, Door, Policy
from apps.core.flags import Flag, has_flag
from apps.memberships.entitlements import Limits, TierFacts
from apps.memberships.ladder import offered_tiers
from apps.memberships.standing import entitlements_of, limits_of


def _no_offers() -> Sequence[TierFacts]:
    return ()


@dataclass(frozen=True)
class Viewer:
    """Who asks. `person_id` is empty for a visitor without an account; `tiers`, `rank` and `limits` are their entitlements.

    `offers` tells which tiers can be got, the cheapest first. It is asked only where something is shut, and the limits only
    where something plays.
    """

    person_id: UUID | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)
    tiers: frozenset[UUID] = field(default_factory=frozenset)
    rank: int = 0
    in_grace: bool = False
    limits_of: Callable[[], Limits] = field(default=Limits, compare=False, repr=False)
    offers: Callable[[], Sequence[TierFacts]] = field(default=_no_offers, compare=False, repr=False)

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def limits(self) -> Limits:
        return self.limits_of()


NOBODY = Viewer()


@dataclass(frozen=True)
class _WithMore:
    """The viewer as they would be with an account, and with a tier."""

    tiers: frozenset[UUID]
    rank: int
    signed_in: bool = True


@dataclass(frozen=True)
class Subject:
    """What is asked for."""

    owner_id: UUID | None = None
    policy: Policy = SITE_POLICY
    published_at: datetime | None = None
    trashed_at: datetime | None = None


class Verdict(StrEnum):
    ALLOW = "allow"
    PREVIEW = "preview"
    DENY = "deny"


class Reason(StrEnum):
    """Why. Of what is shut: what opens it with the least effort, or that time does."""

    OPEN = "open"
    OWN = "own"
    STAFF = "staff"
    TRASHED = "trashed"
    NOT_PUBLISHED = "not_published"
    SIGN_IN = "sign_in"
    MEMBERSHIP = "membership"
    LATER = "later"
    CLOSED = "closed"


# Reasons that must not even tell that the thing exists.
_HIDDEN = frozenset({Reason.TRASHED, Reason.NOT_PUBLISHED})
OWN = frozenset({Reason.OWN, Reason.STAFF})


@dataclass(frozen=True)
class Decision:
    """`opens_at` is when it opens for the viewer as they are, if ever. `tier` is the cheapest that opens it, from `tier_at`
    on (None: at once). `openings`: for whom from when on, of what is shut. `preview_ms`: how much a preview plays.
    """

    verdict: Verdict
    reason: Reason
    preview_ms: int = 0
    opens_at: datetime | None = None
    tier: TierFacts | None = None
    tier_at: datetime | None = None
    openings: tuple[Door, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOW

    @property
    def plays(self) -> bool:
        """Whether anything plays, be it the beginning."""
        return self.verdict is not Verdict.DENY

    @property
    def visible(self) -> bool:
        """Whether the viewer may know of the thing: locked things are shown, hidden ones are not."""
        return self.reason not in _HIDDEN

    @property
    def own(self) -> bool:
        """Whether they may do everything with it: the owner, and staff."""
        return self.reason in OWN


def viewer_of(person: object) -> Viewer:
    """The facts about a person; a visitor, or an account that was closed, is nobody. One query for who was not asked yet."""
    limits = partial(limits_of, person)
    if not getattr(person, "is_active", False):
        return Viewer(limits_of=limits, offers=offered_tiers)
    flags = frozenset(flag for flag in Flag if has_flag(person, flag))
    held = entitlements_of(person)
    return Viewer(getattr(person, "pk", None), flags, held.tiers, held.rank, held.in_grace, limits, offered_tiers)


def decide(viewer: Viewer, subject: Subject, now: datetime) -> Decision:
    """Whether `viewer` may play `subject` at `now`, and why."""
    if subject.trashed_at is not None:
        return Decision(Verdict.DENY, Reason.TRASHED)
    if viewer.signed_in and viewer.person_id == subject.owner_id:
        return Decision(Verdict.ALLOW, Reason.OWN)
    if Flag.MODERATE in viewer.flags:
        return Decision(Verdict.ALLOW, Reason.STAFF)
    doors = tuple(subject.policy.doors(subject.published_at))
    own_doors = [door for door in doors if door.audience.holds(viewer)]
    if subject.published_at is None or subject.policy.seen_from(subject.published_at) > now:
        return Decision(Verdict.DENY, Reason.NOT_PUBLISHED, opens_at=_earliest(own_doors))
    if any(door.opens_at <= now for door in own_doors):
        return Decision(Verdict.ALLOW, Reason.OPEN)
    return _locked(viewer, subject.policy, doors, _earliest(own_doors), now)


def _locked(
    viewer: Viewer, policy: Policy, doors: Sequence[Door], opens_at: datetime | None, now: datetime
) -> Decision:
    account_at = opens_at if viewer.signed_in else _opening(doors, _WithMore(viewer.tiers, viewer.rank))
    tier, tier_at = _way_in(viewer, doors, now)
    if opens_at is not None and tier_at is not None and tier_at >= opens_at:
        tier = tier_at = None  # waiting brings as much
    if account_at is not None and account_at <= now:
        reason, tier, tier_at = Reason.SIGN_IN, None, None
    elif tier is not None and tier_at is None:
        reason = Reason.MEMBERSHIP
    elif opens_at is not None or (account_at is not None and tier is None):
        reason = Reason.LATER
    else:
        reason = Reason.MEMBERSHIP if tier else Reason.CLOSED
    verdict = Verdict.PREVIEW if policy.preview_s else Verdict.DENY
    return Decision(verdict, reason, policy.preview_s * 1000, opens_at, tier, tier_at, _told(doors))


def _way_in(viewer: Viewer, doors: Sequence[Door], now: datetime) -> tuple[TierFacts | None, datetime | None]:
    """The cheapest tier that opens it now (and None), else the one that opens it earliest with when; or nothing."""
    best: tuple[TierFacts | None, datetime | None] = (None, None)
    for tier in viewer.offers():
        with_it = _WithMore(viewer.tiers | {tier.id}, max(viewer.rank, tier.rank))
        at = _opening(doors, with_it)
        if at is not None and at <= now:
            return tier, None
        if at is not None and (best[1] is None or at < best[1]):
            best = tier, at
    return best


def _opening(doors: Iterable[Door], holder: Viewer | _WithMore) -> datetime | None:
    return _earliest(door for door in doors if door.audience.holds(holder))


def _earliest(doors: Iterable[Door]) -> datetime | None:
    return min((door.opens_at for door in doors), default=None)


def _told(doors: Sequence[Door]) -> tuple[Door, ...]:
    """The doors in the order of time, without those that let nobody in whom an earlier one did not."""
    told: list[Door] = []
    for door in sorted(doors, key=lambda door: (door.opens_at, -door.audience.width)):
        if not any(one.audience.has_all_of(door.audience) for one in told):
            told.append(door)
    return tuple(told)
