"""From grants to entitlements: reckoned in the transaction that changes a grant, read by one look-up.

    entitlements_of(person)   what features read; one query by primary key, none where the person was asked before
    reckon(person_id)         after every change of a grant, in the same transaction

The clock needs no job to be right: whoever reads after `changes_at` reckons from the grants. A job (`memberships.turn`)
only tells open pages and sockets.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core import site_settings
from apps.core.realtime.hub import publish, recheck
from apps.memberships.entitlements import Entitlements, Limits, most_generous
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Grant, Standing
from apps.memberships.settings_offered import DOWNLOADS_FOR_ALL, HEIGHT_FOR_ALL
from apps.memberships.signals import standing_changed

_KEPT = "_entitlements"
_changes = count(1)
_last_change = 0


@dataclass(frozen=True)
class _Sum:
    """What grants add up to from `since` until `changes_at`; None: as far as can be told."""

    tiers: frozenset[UUID] = frozenset()
    in_grace: bool = False
    changes_at: datetime | None = None
    since: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return (self.since is None or self.since <= now) and (self.changes_at is None or now < self.changes_at)


def entitlements_of(person: Any, now: datetime | None = None) -> Entitlements:
    """What `person` may do at `now` by their grants. Nobody, and a closed account, have nothing but what all have.

    Kept on the person's object until a grant changes in this process; other processes load people anew for each request.
    """
    now = now or timezone.now()
    if getattr(person, "pk", None) is None or not getattr(person, "is_active", False):
        return _made(_Sum())
    kept = person.__dict__.get(_KEPT)
    if kept is not None and kept[0] == _last_change and kept[1].holds(now):
        return _made(kept[1])
    found = _stored(person, now)
    person.__dict__[_KEPT] = (_last_change, found)
    return _made(found)


def reckon(person_id: UUID, now: datetime | None = None) -> bool:
    """Adds the person's grants up anew and, where the sum differs, tells their open pages and sockets after commit.

    Returns whether it differs. Call it last in the transaction that changed a grant: it locks the person's row.
    """
    return bool(reckon_all([person_id], now))


def reckon_all(people: Iterable[UUID], now: datetime | None = None) -> int:
    """The same for many people at once; returns for how many the sum differs.

    Four statements for all of them, and what each is told whose sum differs. Rows are locked in the order of the people's ids.
    """
    now, ids = now or timezone.now(), sorted(set(people))
    with transaction.atomic():
        Standing.objects.bulk_create([Standing(person_id=person) for person in ids], ignore_conflicts=True)
        rows = list(Standing.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        held: defaultdict[UUID, list[Grant]] = defaultdict(list)
        for grant in Grant.objects.filter(person_id__in=ids).not_over(now):
            held[grant.person_id].append(grant)
        differing = [(row, before) for row in rows if (before := _put(row, _added(held[row.pk], now), now)) is not None]
        Standing.objects.bulk_update(rows, ["tiers", "in_grace", "changes_at", "reckoned_at", "version"])
        _forget_kept()
        transaction.on_commit(_forget_kept)
        for row, before in differing:
            _tell(row, before)
    return len(differing)


def _put(row: Standing, added: _Sum, now: datetime) -> frozenset[UUID] | None:
    """Puts the sum into the row (not saved); returns the tiers of before where it differs, None where it is the same."""
    before, differs = frozenset(row.tiers), row.in_grace != added.in_grace or frozenset(row.tiers) != added.tiers
    row.tiers, row.in_grace, row.changes_at = sorted(added.tiers), added.in_grace, added.changes_at
    row.reckoned_at = now
    row.version += differs
    return before if differs else None


def _tell(row: Standing, before: frozenset[UUID]) -> None:
    standing_changed.send(sender=Standing, person_id=row.pk, before=before, after=frozenset(row.tiers))
    publish(f"me:{row.pk}", "entitlements", ref=row.pk, version=row.version)
    recheck(row.pk)


def limits_of(person: Any) -> Limits:
    return entitlements_of(person).limits


def _stored(person: Any, now: datetime) -> _Sum:
    """From the row that came with the person (`PERSON_READ_WITH`) if they were not asked before, else by one query."""
    came_along = "standing" in person._state.fields_cache and _KEPT not in person.__dict__  # noqa: SLF001
    row = person._state.fields_cache["standing"] if came_along else Standing.objects.filter(pk=person.pk).first()  # noqa: SLF001
    if row is None:
        return _Sum()
    stored = _Sum(frozenset(row.tiers), row.in_grace, row.changes_at, row.reckoned_at)
    return stored if stored.holds(now) else _added(Grant.objects.filter(person_id=person.pk).not_over(now), now)


def _added(grants: Iterable[Grant], now: datetime) -> _Sum:
    """Of grants that are not over: which tiers count at `now`, and when that changes next."""
    tiers, in_full, instants = set(), set(), []
    for grant in grants:
        if grant.state != "active":
            continue
        if grant.starts_at > now:
            instants.append(grant.starts_at)
            continue
        tiers.add(grant.tier_id)
        if grant.ends_at is None or grant.ends_at > now:
            in_full.add(grant.tier_id)
        instants += [at for at in (grant.ends_at, grant.grace_until) if at is not None and at > now]
    return _Sum(frozenset(tiers), bool(tiers) and not in_full, min(instants, default=None), since=now)


def _made(added: _Sum) -> Entitlements:
    """The sum with what its tiers bring today."""
    otherwise = Limits(
        largest_height=int(site_settings.get(HEIGHT_FOR_ALL)) or None,
        downloads=bool(site_settings.get(DOWNLOADS_FOR_ALL)),
    )
    known = known_tiers(with_all_of=added.tiers) if added.tiers else {}
    held = [known[tier] for tier in added.tiers if tier in known]
    limits = most_generous((tier.limits for tier in held), otherwise)
    rank = max((tier.rank for tier in held), default=0)
    return Entitlements(frozenset(tier.id for tier in held), rank, limits, added.changes_at, added.in_grace)


def _forget_kept() -> None:
    global _last_change  # noqa: PLW0603
    _last_change = next(_changes)
