"""The roll of members: filtered, counted, and who is about to leave it. Bounded by indexes at 100,000 grants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from apps.memberships.conf import ENDING_SOON
from apps.memberships.enums import Source, State
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Grant
from apps.memberships.querysets import GrantQuerySet

SHOWN = (
    ("", "All"),
    ("live", "Count now"),
    ("grace", "In grace"),
    ("paused", "Paused"),
    ("later", "Begin later"),
    ("revoked", "Taken back"),
)
_ENDING_MOST = 10


def filtered(asked: Mapping[str, str], now: datetime) -> GrantQuerySet:
    """By `tier` (a slug), `source`, `show` and `q` (a user name). What is not known finds nothing."""
    grants = Grant.objects.all()
    if slug := asked["tier"]:
        grants = grants.filter(tier_id__in=[tier.id for tier in known_tiers().values() if tier.slug == slug])
    if source := asked["source"]:
        grants = grants.filter(source=source)
    if text := asked["q"]:
        grants = grants.filter(person__username__iexact=text)
    return _shown(grants, asked["show"], now)


def _shown(grants: GrantQuerySet, show: str, now: datetime) -> GrantQuerySet:
    if show == "live":
        return grants.live(now)
    if show == "grace":
        return grants.filter(state=State.ACTIVE, starts_at__lte=now, ends_at__lte=now, grace_until__gt=now)
    if show == "later":
        return grants.filter(state=State.ACTIVE, starts_at__gt=now)
    if show in {State.PAUSED, State.REVOKED}:
        return grants.filter(state=show)
    return grants if not show else grants.none()


@dataclass(frozen=True)
class TierCount:
    """How many grants of a tier count now, by source, in the order of `sources`."""

    title: str
    slug: str
    counts: list[int]
    total: int


@dataclass(frozen=True)
class Counts:
    sources: list[tuple[str, str]]
    rows: list[TierCount]
    totals: list[int]
    total: int


def counted(now: datetime) -> Counts:
    """One query that reads the live grants once; the dearest rank first."""
    found = Grant.objects.live(now).order_by().values_list("tier_id", "source").annotate(n=Count("pk"))
    counts = {(tier, source): n for tier, source, n in found}
    used = [source for source in Source if any(key[1] == source for key in counts)]
    rows = []
    for tier in reversed(list(known_tiers().values())):
        numbers = [counts.get((tier.id, source.value), 0) for source in used]
        if any(numbers) or tier.offered:
            rows.append(TierCount(tier.title, tier.slug, numbers, sum(numbers)))
    totals = [sum(numbers) for numbers in zip(*(row.counts for row in rows), strict=True)] if rows else []
    return Counts([(source.value, source.label) for source in used], rows, totals, sum(totals))


def ending_soon(now: datetime) -> list[Grant]:
    """The next that end within a week, but for what is renewed elsewhere: one query of an index range."""
    ending = Grant.objects.ending(now, now + ENDING_SOON).select_related("person", "tier")
    return list(ending.order_by(F("ends_at"))[:_ENDING_MOST])
