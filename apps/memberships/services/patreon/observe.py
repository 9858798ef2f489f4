"""Writing down what was seen of members, and giving or taking back what follows. One transaction for each page.

    seen = observe(campaign=campaign, members=page.members, asked_at=asked_at)

Where nothing has changed it costs five statements for a page of five hundred: nobody's grants are added up again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.memberships.elsewhere import Verdict
from apps.memberships.enums import Change, Source, State
from apps.memberships.models import Grant, PatreonCampaign, PatreonMember, PatreonTier, Tier
from apps.memberships.providers.patreon.documents import MemberFacts
from apps.memberships.providers.patreon.rules import Held, Policy, Right, Rung, judge
from apps.memberships.services.grant import Due, settle_all
from apps.memberships.services.patreon.app import policy_in_force
from apps.memberships.services.patreon.people import people_of

# What Patreon says, and what we conclude from it; `seen_at` and `missed` change with every look.
_SAID = (
    "user_id",
    "full_name",
    "email",
    "patron_status",
    "last_charge_status",
    "last_charge_at",
    "next_charge_at",
    "started_at",
    "entitled_cents",
    "cadence",
    "gifted",
    "trial",
)
_KEPT = (*_SAID, "tier_ids", "person_id", "verdict", "rung", "tier_id", "ends_at", "grace_until", "blank_since")
_TOLD = ("told_tier_id", "told_change", "told_at")
_FIELDS = [name.removesuffix("_id") if name in {"person_id", "tier_id", "told_tier_id"} else name for name in _KEPT]
_WRITTEN = [*_FIELDS, "told_tier", "told_change", "told_at", "seen_at", "missed", "updated_at"]


@dataclass(frozen=True)
class Seen:
    """How many rows are new or not as they were, and how many grants were touched."""

    changed: int = 0
    granted: int = 0

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(self.changed + other.changed, self.granted + other.granted)


@dataclass(frozen=True)
class Ground:
    """What is the same for all members of a campaign."""

    rungs: tuple[Rung, ...]
    tiers: Mapping[UUID, Tier]
    policy: Policy


def ground_of(campaign_id: UUID) -> Ground:
    """One query."""
    rows = list(PatreonTier.objects.filter(campaign_id=campaign_id).select_related("tier").order_by("patreon_id"))
    return Ground(
        rungs=tuple(
            Rung(row.patreon_id, row.amount_cents, row.tier_id, row.tier.rank if row.tier else 0, bool(row.gone_at))
            for row in rows
        ),
        tiers={row.tier.pk: row.tier for row in rows if row.tier},
        policy=policy_in_force(),
    )


@transaction.atomic
def observe(*, campaign: PatreonCampaign, members: Sequence[MemberFacts], asked_at: datetime) -> Seen:
    """`asked_at` is when we began to ask, by the database's clock: an older look never replaces a newer one."""
    facts = {one.id: one for one in members}
    rows = {
        row.member_id: row
        for row in PatreonMember.objects.select_for_update(of=("self",))
        .filter(campaign=campaign, member_id__in=facts)
        .order_by("pk")
    }
    people = people_of(one.user_id for one in facts.values())
    ground, now = ground_of(campaign.pk), timezone.now()
    changed: list[PatreonMember] = []
    kept: list[PatreonMember] = []
    linked: set[UUID] = set()
    for key, said in facts.items():
        row = rows.get(key)
        if row is not None and row.seen_at > asked_at:
            continue
        before, earlier = (_image(row), row.person_id) if row else (None, None)
        row = row or PatreonMember(campaign=campaign, member_id=key)
        _take(row, said, people.get(said.user_id), ground, now)
        row.seen_at, row.missed = asked_at, 0
        linked |= {row.pk} if row.person_id != earlier else set()
        (kept if before == _image(row) else changed).append(row)
    _write(changed)
    if kept:
        PatreonMember.objects.filter(pk__in=[row.pk for row in kept]).update(seen_at=asked_at, missed=0)
    return Seen(len(changed), settle([*changed, *kept], ground, now, linked=linked))


def _image(row: PatreonMember) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in (*_KEPT, *_TOLD))


def _take(row: PatreonMember, said: MemberFacts, person_id: UUID | None, ground: Ground, now: datetime) -> None:
    for name in _SAID:
        setattr(row, name, getattr(said, name))
    row.tier_ids, row.person_id = list(said.tier_ids), person_id
    right = judge(said, ground.rungs, held_by(row), ground.policy, now)
    conclude(row, right, now)


def held_by(row: PatreonMember) -> Held | None:
    if row.tier_id is None or row.ends_at is None:
        return None
    return Held(row.rung, row.tier_id, row.ends_at, row.blank_since)


def conclude(row: PatreonMember, right: Right, now: datetime) -> None:
    """Puts a right into the row (not saved), and notes whether that is news for the creator."""
    row.verdict, row.rung, row.tier_id = right.verdict, right.rung, right.tier
    row.ends_at, row.grace_until, row.blank_since = right.ends_at, right.grace_until, right.blank_since
    counts = right.tier if right.counts(now) else None
    if counts == row.told_tier_id:
        return
    lost, new = counts is None, row.told_tier_id is None
    row.told_change = Change.LOST if lost else Change.NEW if new else Change.CHANGED
    row.told_tier_id, row.told_at = counts, now


def _write(rows: Sequence[PatreonMember]) -> None:
    """New ones and changed ones by one statement."""
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    PatreonMember.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["campaign", "member_id"], update_fields=_WRITTEN, batch_size=500
    )


def settle(rows: Sequence[PatreonMember], ground: Ground, now: datetime, *, linked: Collection[UUID] = ()) -> int:
    """Makes the grants of these members what their rights say; returns how many were touched. One query where all fit.

    `linked` are the rows whose person is news: what was taken back when they left is theirs again.
    """
    known = {
        grant.source_ref: grant
        for grant in Grant.objects.filter(source=Source.PATREON, source_ref__in=[row.source_ref for row in rows])
    }
    tiers = _with_held(rows, ground.tiers)
    dues: list[Due] = []
    ended: dict[Grant, str] = {}
    for row in rows:
        grant = known.get(row.source_ref)
        if row.person_id is None and grant is None:
            continue
        if (reason := _ending(row, tiers)) is not None:
            if grant is not None and (row.person_id is None or row.verdict != Verdict.UNMAPPED):
                ended[grant] = reason
        elif (due := _due(row, grant, tiers, now, afresh=row.pk in linked)) is not None:
            dues.append(due)
    return settle_all(source=Source.PATREON, dues=dues, ended=ended) if dues or ended else 0


def _with_held(rows: Sequence[PatreonMember], tiers: Mapping[UUID, Tier]) -> Mapping[UUID, Tier]:
    """With those that somebody still has although no tier at Patreon means them any more."""
    missing = {row.tier_id for row in rows if row.tier_id is not None} - set(tiers)
    return {**tiers, **Tier.objects.in_bulk(missing)} if missing else tiers


def _ending(row: PatreonMember, tiers: Mapping[UUID, Tier]) -> str | None:
    """Why nothing is theirs, or None where something may be."""
    if row.person_id is None:
        return "This account is not linked to Patreon any more."
    if row.ends_at is None or row.tier_id not in tiers:
        return "Patreon gave the money back." if row.verdict == Verdict.ENDED else "Ended at Patreon."
    return None


def _due(
    row: PatreonMember, grant: Grant | None, tiers: Mapping[UUID, Tier], now: datetime, *, afresh: bool
) -> Due | None:
    """What they have by their membership, or None where their grant says that already."""
    if row.person_id is None or row.tier_id is None or row.ends_at is None:
        return None
    if grant is None and row.grace_until is not None and row.grace_until <= now:
        return None  # over before it was ever given
    tier = tiers[row.tier_id]
    starts_at = min(row.started_at or row.last_charge_at or row.seen_at, row.ends_at)
    if grant is not None and not afresh and not _differs(grant, row, tier, starts_at):
        return None
    reason = f"“{tier}” by Patreon"
    return Due(row.person_id, tier, row.source_ref, starts_at, row.ends_at, row.grace_until, reason)


def _differs(grant: Grant, row: PatreonMember, tier: Tier, starts_at: datetime) -> bool:
    """One that was taken back here stays so until there is a new payment."""
    if grant.state == State.REVOKED and grant.person_id == row.person_id:
        return grant.ends_at is None or (row.ends_at is not None and row.ends_at > grant.ends_at)
    has = (grant.person_id, grant.tier_id, grant.starts_at, grant.ends_at, grant.grace_until)
    return has != (row.person_id, tier.pk, starts_at, row.ends_at, row.grace_until)
