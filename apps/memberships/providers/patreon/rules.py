"""From what Patreon says of a member to their right here. Pure; the traps are those of Patreon's own developers' forum.

One look never takes away what was paid for: whoever had a tier keeps it until `ends_at`, and then in grace. Only money that
went back ends a right at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from apps.memberships.elsewhere import Verdict
from apps.memberships.months import months_later
from apps.memberships.providers.patreon.documents import MemberFacts

ACTIVE, DECLINED, FORMER = "active_patron", "declined_patron", "former_patron"
_GOOD = frozenset({"Paid", "Pending", "Partially Refunded"})
_TAKEN_BACK = frozenset({"Refunded", "Refunded by Patreon", "Fraud"})
# Two syncs: so long a blank look is surely not the last word.
_TWO_SYNCS = timedelta(hours=12)


@dataclass(frozen=True)
class Rung:
    """A tier at Patreon and what it means here. `tier` None: nobody has said. `gone`: Patreon lists it no more."""

    id: str
    amount_cents: int
    tier: UUID | None
    rank: int = 0
    gone: bool = False


@dataclass(frozen=True)
class Held:
    """The right that the last looks gave. `blank_since` is when tiers began to be blank."""

    rung: str
    tier: UUID
    ends_at: datetime
    blank_since: datetime | None = None


@dataclass(frozen=True)
class Policy:
    """What the site has decided: whether gifts and free trials of Patreon count, and how long a lapse is forgiven."""

    grace: timedelta
    gifts: bool = True
    trials: bool = True


@dataclass(frozen=True)
class Right:
    """What somebody has. Without a tier, nothing; `ended` says that it is to be taken back now."""

    verdict: Verdict
    rung: str = ""
    tier: UUID | None = None
    ends_at: datetime | None = None
    grace_until: datetime | None = None
    blank_since: datetime | None = None

    def counts(self, now: datetime) -> bool:
        return self.tier is not None and self.grace_until is not None and now < self.grace_until


def judge(facts: MemberFacts, rungs: Sequence[Rung], held: Held | None, policy: Policy, now: datetime) -> Right:
    if facts.last_charge_status in _TAKEN_BACK:
        return Right(Verdict.ENDED)
    held = _as_mapped_now(held, rungs)
    if _is_good(facts, policy):
        return _good(facts, rungs, held, policy, now)
    if held is not None:
        return _kept(Verdict.LAPSING, held, _until(facts, held), policy)
    if facts.patron_status == FORMER and facts.last_charge_status in _GOOD and facts.next_charge_at is not None:
        # Cancelled before we first looked, and paid until then.
        rung = _rung_of(facts, rungs, None)
        if rung is not None and rung.tier is not None and facts.next_charge_at > now:
            return _right(Verdict.LAPSING, rung.id, rung.tier, facts.next_charge_at, policy)
    return Right(Verdict.NOTHING)


def _as_mapped_now(held: Held | None, rungs: Sequence[Rung]) -> Held | None:
    """What is held follows where somebody says that the tier at Patreon means another one here."""
    meant = next((rung.tier for rung in rungs if held and rung.id == held.rung), None)
    return replace(held, tier=meant) if held and meant else held


def _is_good(facts: MemberFacts, policy: Policy) -> bool:
    if facts.gifted or facts.trial:
        allowed = (facts.gifted and policy.gifts) or (facts.trial and policy.trials)
        return allowed and facts.patron_status in {ACTIVE, ""}
    return facts.patron_status == ACTIVE and facts.last_charge_status in _GOOD


def _good(facts: MemberFacts, rungs: Sequence[Rung], held: Held | None, policy: Policy, now: datetime) -> Right:
    rung = _rung_of(facts, rungs, held)
    if rung is not None and rung.tier is not None:
        return _right(Verdict.ENTITLED, rung.id, rung.tier, _paid_through(facts, now), policy)
    free = {one.id for one in rungs if one.amount_cents == 0}
    if facts.entitled_cents or set(facts.tier_ids) - free:
        return _kept(Verdict.UNMAPPED, held, held.ends_at, policy) if held else Right(Verdict.UNMAPPED)
    if held is None:
        return Right(Verdict.NOTHING)
    return _blank(held, policy, now)


def _blank(held: Held, policy: Policy, now: datetime) -> Right:
    """On the first of a month everybody looks as if they had nothing, while they are being charged."""
    since = held.blank_since or now
    end = held.ends_at + policy.grace
    grace_until = max(end, since + _TWO_SYNCS) if since <= end else end
    return Right(Verdict.BLANK, held.rung, held.tier, held.ends_at, grace_until, since)


def _rung_of(facts: MemberFacts, rungs: Sequence[Rung], held: Held | None) -> Rung | None:
    """The best tier that is named; where none is, the dearest that the amount reaches (own amounts, deleted tiers).

    A tier that Patreon has deleted still counts for whoever had it, and for nobody else.
    """
    known = {rung.id: rung for rung in rungs}
    named = [known[key] for key in facts.tier_ids if key in known and known[key].amount_cents]
    unknown = [key for key in facts.tier_ids if key not in known]
    mapped = [rung for rung in named if rung.tier is not None]
    if mapped:
        return max(mapped, key=lambda rung: (rung.rank, rung.amount_cents, rung.id))
    if named or unknown:
        return None
    had = held.rung if held else ""
    reached = [
        rung
        for rung in rungs
        if rung.tier is not None and 0 < rung.amount_cents <= facts.entitled_cents and (not rung.gone or rung.id == had)
    ]
    return max(reached, key=lambda rung: (rung.amount_cents, rung.rank, rung.id), default=None)


def _paid_through(facts: MemberFacts, now: datetime) -> datetime:
    """The next charge; else the last one and what it pays for. While neither lies ahead (a charge is pending, a gift has no
    charges), the second midnight from now: the next look moves it on.
    """
    candidates = [facts.next_charge_at]
    if facts.last_charge_at is not None and facts.last_charge_status != "Pending":
        candidates.append(months_later(facts.last_charge_at, facts.cadence) if facts.next_charge_at is None else None)
    ahead = [at for at in candidates if at is not None and at > now]
    if ahead:
        return max(ahead)
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)


def _until(facts: MemberFacts, held: Held) -> datetime:
    """How far the money reaches of somebody who pays no more: a charge that failed was due, a cancelled one would have been."""
    if facts.last_charge_status == "Declined" and facts.last_charge_at is not None:
        return min(held.ends_at, facts.last_charge_at)
    if facts.patron_status == FORMER and facts.next_charge_at is not None:
        return facts.next_charge_at
    return held.ends_at


def _right(verdict: Verdict, rung: str, tier: UUID, ends_at: datetime, policy: Policy) -> Right:
    return Right(verdict, rung, tier, ends_at, ends_at + policy.grace)


def _kept(verdict: Verdict, held: Held, ends_at: datetime, policy: Policy) -> Right:
    return _right(verdict, held.rung, held.tier, ends_at, policy)
