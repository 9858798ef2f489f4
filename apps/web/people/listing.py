"""The people of the site, for those who manage them: found, filtered, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.querysets import UserQuerySet
from apps.memberships.models import Standing, Tier

PAGE_SIZE = 50
STATES = {"active": "Active", "disabled": "Disabled", "leaving": "Leaving"}


@dataclass(frozen=True)
class Asked:
    """What the address says. `before` is the last person that was shown."""

    text: str = ""
    roles: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    before: UUID | None = None

    def address(self, before: UUID | None = None) -> str:
        pairs = [("q", self.text)] if self.text else []
        for name, chosen in (("role", self.roles), ("state", self.states), ("tier", self.tiers)):
            pairs += [(name, one) for one in chosen]
        pairs += [("before", str(before))] if before else []
        return f"?{urlencode(pairs)}"


@dataclass(frozen=True)
class Page:
    people: Sequence[User]
    next_address: str


def read_asked(query: QueryDict) -> Asked:
    try:
        before = UUID(query.get("before", ""))
    except ValueError:
        before = None
    roles, states, tiers = (_chosen(query, name) for name in ("role", "state", "tier"))
    return Asked(query.get("q", "").strip()[:80], roles, states, tiers, before)


def _chosen(query: QueryDict, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in query.getlist(name) if one))[:20]


def page_of(asked: Asked) -> Page:
    """One query, two with tiers; what is looked for by its beginning is found in an index."""
    people = User.objects.everyone()
    if asked.text:
        people = people.found_by(asked.text)
    if asked.roles:
        people = people.in_roles(asked.roles)
    if asked.states:
        people = people.in_states(asked.states)
    if asked.tiers:
        people = _with_tiers(people, asked.tiers)
    if asked.before:
        people = people.filter(pk__lt=asked.before)
    found = list(people.order_by("-id")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, asked.address(shown[-1].pk) if len(found) > PAGE_SIZE else "")


def _with_tiers(people: UserQuerySet, slugs: Sequence[str]) -> UserQuerySet:
    """Those who have one of these tiers; `none` for those who have none."""
    named = list(Tier.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    standings = Standing.objects.filter(person=OuterRef("pk"))
    having = people.filter(Exists(standings.filter(tiers__overlap=named))) if named else people.none()
    if "none" not in slugs:
        return having
    without = people.exclude(Exists(standings.exclude(tiers=[])))
    return having | without if named else without


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be filtered by: (value, words) for roles, states and tiers. One query."""
    tiers = list(Tier.objects.order_by("rank", "title").values_list("slug", "title")[:50])
    return {
        "role": [(role.value, str(role.label)) for role in Role],
        "state": list(STATES.items()),
        "tier": [("none", "No tier"), *tiers] if tiers else [],
    }
