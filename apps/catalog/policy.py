"""Who may play a thing, and from when on: a policy as a value, and the doors that it is made of. Pure.

Outside (API, rows) a policy is a mapping: `as_spec` and `from_spec` turn one into the other. `services/policy.py` reads what
people send, `models/policy.py` keeps it, `access.py` decides by it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from apps.catalog.enums import AudienceKind

MOST_STEPS = 20
MOST_TIERS = 50
LONGEST_PREVIEW_S = 3600
HIGHEST_RANK = 1_000_000


class Holder(Protocol):
    """What an audience asks of somebody."""

    @property
    def signed_in(self) -> bool: ...
    @property
    def rank(self) -> int: ...
    @property
    def tiers(self) -> frozenset[UUID]: ...


@dataclass(frozen=True)
class Audience:
    """Some of all people. Made by `EVERYONE`, `SIGNED_IN`, `ranked` and `holders_of`, so that each has one form."""

    kind: AudienceKind
    rank: int = 0
    tiers: frozenset[UUID] = frozenset()

    def holds(self, viewer: Holder) -> bool:
        match self.kind:
            case AudienceKind.PUBLIC:
                return True
            case AudienceKind.SIGNED_IN:
                return viewer.signed_in
            case AudienceKind.RANK:
                return viewer.rank >= self.rank
            case _:
                return bool(self.tiers & viewer.tiers)

    def is_within(self, other: "Audience") -> bool:
        """Whether `other` is wider: everyone, then accounts, then ranks from the lowest up, then sets of tiers.

        Two sets of tiers are compared as sets; of others neither is within the other.
        """
        if self.kind == other.kind == AudienceKind.RANK:
            return self.rank > other.rank
        if self.kind == other.kind == AudienceKind.TIERS:
            return self.tiers < other.tiers
        return self.width < other.width

    @property
    def width(self) -> int:
        return _WIDTH[self.kind]

    def has_all_of(self, other: "Audience") -> bool:
        """Whether nobody is in `other` who is not here. A tier of a set may have any rank, so that ranks promise nothing."""
        unsure = self.kind == AudienceKind.RANK and other.kind == AudienceKind.TIERS
        return self == other or (other.is_within(self) and not unsure)


_WIDTH = {AudienceKind.TIERS: 0, AudienceKind.RANK: 1, AudienceKind.SIGNED_IN: 2, AudienceKind.PUBLIC: 3}
EVERYONE = Audience(AudienceKind.PUBLIC)
SIGNED_IN = Audience(AudienceKind.SIGNED_IN)


def ranked(rank: int) -> Audience:
    """Those with a tier of this rank or a higher one; rank 0 has everybody."""
    return Audience(AudienceKind.RANK, rank) if rank > 0 else EVERYONE


def holders_of(tiers: frozenset[UUID]) -> Audience:
    """Those with any of these tiers, whatever their rank. Of none: nobody."""
    return Audience(AudienceKind.TIERS, 0, tiers)


@dataclass(frozen=True)
class Door:
    """From `opens_at` on the audience may play."""

    audience: Audience
    opens_at: datetime


@dataclass(frozen=True)
class Policy:
    """`steps` are doors with instants of their own, the earliest first; the base opens when the thing is published.

    `preview_s` is how much of its beginning those may play for whom it is shut; 0: nothing.
    """

    base: Audience = EVERYONE
    steps: tuple[Door, ...] = ()
    preview_s: int = 0

    @property
    def base_waits_for(self) -> datetime | None:
        """The last step that is for fewer people than the base: early access, before which the base stays shut."""
        narrower = [step.opens_at for step in self.steps if step.audience.is_within(self.base)]
        return max(narrower, default=None)

    @property
    def base_opens(self) -> bool:
        """Whether the base has a door of its own. Where there is early access and a step as wide as the base, that is it."""
        if self.base_waits_for is None:
            return True
        return not any(step.audience == self.base or self.base.is_within(step.audience) for step in self.steps)

    @property
    def first_opens_at(self) -> datetime | None:
        return min((step.opens_at for step in self.steps), default=None)

    def doors(self, published_at: datetime | None) -> Iterator[Door]:
        """All that open some day. What is not published has none.

        Early access without a word on when all others follow fails closed: their door opens with the publication only where
        that comes after the last step.
        """
        if published_at is None:
            return
        yield from self.steps
        if self.base_opens and (self.base_waits_for is None or published_at > self.base_waits_for):
            yield Door(self.base, published_at)

    def seen_from(self, published_at: datetime) -> datetime:
        """From when on others know of the thing: the publication, or the first step where that is earlier."""
        return min(published_at, self.first_opens_at or published_at)


SITE_POLICY = Policy()


def as_spec(policy: Policy) -> dict[str, Any]:
    """The one form of a policy outside: JSON-able, the same for the same policy."""
    base = policy.base
    return {
        "kind": str(base.kind),
        "rank": base.rank if base.kind == AudienceKind.RANK else None,
        "tiers": sorted(str(tier) for tier in base.tiers),
        "early_access": [_step_spec(step) for step in policy.steps],
        "preview_s": policy.preview_s,
    }


def _step_spec(step: Door) -> dict[str, Any]:
    audience = step.audience
    by_set = audience.kind == AudienceKind.TIERS
    return {
        "rank": None if by_set else audience.rank,
        "tiers": sorted(str(tier) for tier in audience.tiers),
        "from": step.opens_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def from_spec(spec: Mapping[str, Any]) -> Policy:
    """Of what `as_spec` wrote. What people send is read by `services/policy.py`."""
    kind = AudienceKind(spec["kind"])
    tiers = frozenset(UUID(tier) for tier in spec["tiers"])
    base = ranked(spec["rank"]) if kind == AudienceKind.RANK else Audience(kind, 0, tiers)
    return Policy(base, in_order(_step(step) for step in spec["early_access"]), spec["preview_s"])


def _step(spec: Mapping[str, Any]) -> Door:
    tiers = frozenset(UUID(tier) for tier in spec["tiers"])
    audience = holders_of(tiers) if tiers else ranked(spec["rank"])
    return Door(audience, datetime.fromisoformat(spec["from"]))


def in_order(steps: Iterable[Door]) -> tuple[Door, ...]:
    """Each step once, the earliest first; of two at the same instant the one for fewer people."""
    return tuple(sorted(set(steps), key=_place))


def _place(step: Door) -> tuple[datetime, int, int, list[str]]:
    audience = step.audience
    return step.opens_at, audience.width, -audience.rank, sorted(str(tier) for tier in audience.tiers)


def digest_of(spec: Mapping[str, Any]) -> str:
    """Names a policy: two with the same digest are the same."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
