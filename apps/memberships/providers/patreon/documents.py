"""Patreon's documents (JSON:API) as frozen facts. What is missing or of an unknown shape is left out, never guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

MEMBER_QUERY = {
    "include": "currently_entitled_tiers,user,campaign",
    "fields[member]": "full_name,email,patron_status,last_charge_status,last_charge_date,next_charge_date,"
    "currently_entitled_amount_cents,will_pay_amount_cents,pledge_relationship_start,pledge_cadence,"
    "is_gifted,is_free_trial",
    "fields[tier]": "title,amount_cents",
    "fields[user]": "full_name",
}
CAMPAIGN_QUERY = {
    "include": "tiers",
    "fields[campaign]": "vanity,url,creation_name,patron_count,currency",
    "fields[tier]": "title,amount_cents,published",
}
_MOST_CENTS = 2_000_000_000
_LONGEST = 200


@dataclass(frozen=True)
class TierFacts:
    id: str
    title: str
    amount_cents: int
    published: bool = True


@dataclass(frozen=True)
class CampaignFacts:
    """`tiers` is None where the answer did not bring them along."""

    id: str
    name: str
    url: str
    currency: str
    tiers: tuple[TierFacts, ...] | None


@dataclass(frozen=True)
class MemberFacts:
    """One member; amounts in the campaign's minor unit, `cadence` in months. `campaign_id` is empty where it is not said."""

    id: str
    user_id: str = ""
    campaign_id: str = ""
    full_name: str = ""
    email: str = ""
    patron_status: str = ""
    last_charge_status: str = ""
    last_charge_at: datetime | None = None
    next_charge_at: datetime | None = None
    started_at: datetime | None = None
    entitled_cents: int = 0
    cadence: int = 1
    gifted: bool = False
    trial: bool = False
    tier_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """`next` is the cursor of the page behind, empty on the last; `total` is how many there are in all."""

    members: tuple[MemberFacts, ...]
    tiers: tuple[TierFacts, ...]
    next: str
    total: int | None


@dataclass(frozen=True)
class HookFacts:
    id: str
    uri: str
    secret: str
    paused: bool
    failures: int
    triggers: frozenset[str]


def page_of(document: Mapping[str, Any]) -> Page:
    """A page of members. What is no member is left out."""
    cursors = _mapping(_mapping(_mapping(document.get("meta")).get("pagination")).get("cursors"))
    total = _mapping(_mapping(document.get("meta")).get("pagination")).get("total")
    return Page(
        members=tuple(found for row in _list(document.get("data")) if (found := member_of(row)) is not None),
        tiers=tuple(tier_of(row) for row in _included(document, "tier")),
        next=_text(cursors.get("next"), 500),
        total=total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None,
    )


def member_of(row: Any) -> MemberFacts | None:
    """None for what has no id, or is something else."""
    row = _mapping(row)
    key = _text(row.get("id"), 64)
    if row.get("type") != "member" or not key:
        return None
    told, relations = _mapping(row.get("attributes")), _mapping(row.get("relationships"))
    tiers = _list(_mapping(relations.get("currently_entitled_tiers")).get("data"))
    return MemberFacts(
        id=key,
        user_id=_text(_related(relations, "user"), 40),
        campaign_id=_text(_related(relations, "campaign"), 40),
        full_name=_text(told.get("full_name")),
        email=_text(told.get("email"), 254).lower(),
        patron_status=_text(told.get("patron_status"), 20),
        last_charge_status=_text(told.get("last_charge_status"), 30),
        last_charge_at=_instant(told.get("last_charge_date")),
        next_charge_at=_instant(told.get("next_charge_date")),
        started_at=_instant(told.get("pledge_relationship_start")),
        entitled_cents=_cents(told.get("currently_entitled_amount_cents")),
        cadence=_cadence(told.get("pledge_cadence")),
        gifted=told.get("is_gifted") is True,
        trial=told.get("is_free_trial") is True or told.get("last_charge_status") == "Free Trial",
        tier_ids=tuple(sorted({_text(_mapping(one).get("id"), 40) for one in tiers[:50]} - {""})),
    )


def tier_of(row: Mapping[str, Any]) -> TierFacts:
    told = _mapping(row.get("attributes"))
    return TierFacts(
        id=_text(row.get("id"), 40),
        title=_text(told.get("title")),
        amount_cents=_cents(told.get("amount_cents")),
        published=told.get("published") is not False,
    )


def campaigns_of(document: Mapping[str, Any]) -> Iterator[CampaignFacts]:
    """Of a list of campaigns, or of one."""
    known = {tier.id: tier for tier in (tier_of(row) for row in _included(document, "tier"))}
    for row in _rows(document):
        key = _text(row.get("id"), 40)
        if row.get("type") != "campaign" or not key:
            continue
        told = _mapping(row.get("attributes"))
        named = _mapping(_mapping(row.get("relationships")).get("tiers")).get("data")
        ids = [_text(_mapping(one).get("id"), 40) for one in _list(named)]
        whole = isinstance(named, list) and all(key in known for key in ids)
        yield CampaignFacts(
            id=key,
            name=_text(told.get("vanity"), 120) or _text(told.get("creation_name"), 120) or key,
            url=_text(told.get("url"), 300),
            currency=_text(told.get("currency"), 3).upper(),
            tiers=tuple(known[key] for key in ids) if whole else None,
        )


def hooks_of(document: Mapping[str, Any]) -> Iterator[HookFacts]:
    for row in _rows(document):
        told = _mapping(row.get("attributes"))
        failures = told.get("num_consecutive_times_failed")
        yield HookFacts(
            id=_text(row.get("id"), 40),
            uri=_text(told.get("uri"), 300),
            secret=_text(told.get("secret"), 200),
            paused=told.get("paused") is True,
            failures=failures if isinstance(failures, int) else 0,
            triggers=frozenset(str(trigger) for trigger in _list(told.get("triggers"))),
        )


def _rows(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    data = document.get("data")
    return [_mapping(row) for row in data] if isinstance(data, list) else [_mapping(data)]


def _included(document: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    rows = [_mapping(row) for row in _list(document.get("included"))]
    return [row for row in rows if row.get("type") == kind and isinstance(row.get("id"), str)]


def _related(relations: Mapping[str, Any], name: str) -> Any:
    return _mapping(_mapping(relations.get(name)).get("data")).get("id")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, longest: int = _LONGEST) -> str:
    """Patreon's ids are texts; a number is taken for one. No NUL and no half of a character: no column can hold these."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return value.encode(errors="replace").decode().replace("\0", "").strip()[:longest]


def _cents(value: Any) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), _MOST_CENTS) if fits else 0


def _cadence(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 120 else 1


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or not 2000 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
