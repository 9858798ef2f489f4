"""The catalogue as a shelf of cards: what a visitor asks for, and one page of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from apps.catalog.access import Viewer
from apps.catalog.enums import PLAYS, Kind, Origin
from apps.catalog.models import Item
from apps.catalog.querysets import ItemQuerySet

PAGE = 24
_MANY = {
    Kind.TRACK: "Tracks",
    Kind.CHAPTER: "Chapters",
    Kind.EPISODE: "Episodes",
    Kind.VIDEO: "Videos",
    Kind.MOVIE: "Movies",
    Kind.CLIP: "Clips",
    Kind.SAMPLE: "Samples",
    Kind.CHANNEL: "Channels",
}


@dataclass(frozen=True)
class Asked:
    """What the address says. `after` is the last item that was shown: a place that stays while rows are added."""

    kinds: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    oldest_first: bool = False
    after: UUID | None = None

    def address(self, after: UUID | None = None) -> str:
        pairs = [("kind", kind) for kind in self.kinds] + [("origin", origin) for origin in self.origins]
        pairs += [("sort", "oldest")] if self.oldest_first else []
        pairs += [("after", str(after))] if after else []
        return f"?{urlencode(pairs)}" if pairs else "/browse/"

    def toggled(self, kind: str) -> "Asked":
        kinds = tuple(one for one in self.kinds if one != kind) if kind in self.kinds else (*self.kinds, kind)
        return replace(self, kinds=kinds)


@dataclass(frozen=True)
class Choice:
    """A link of the filter."""

    label: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class Page:
    items: Sequence[Item]
    next_address: str = ""


def read_asked(query: QueryDict) -> Asked:
    """Filters may be repeated. What they name and nobody knows fits nothing; a place that is no id is the beginning."""
    try:
        after = UUID(query.get("after", ""))
    except ValueError:
        after = None
    # A filter has few values: whoever sends thousands gets the first of them.
    kinds, origins = (tuple(dict.fromkeys(query.getlist(name)))[:20] for name in ("kind", "origin"))
    return Asked(kinds, origins, oldest_first=query.get("sort") == "oldest", after=after)


def shown_to(viewer: Viewer, now: datetime) -> ItemQuerySet:
    """What plays, and what the viewer's own is still in the making, with what a card needs."""
    visible = Item.objects.visible_to(viewer, now)
    shown = visible.filter(Q(state__in=PLAYS) | Q(owner_id=viewer.person_id, owner__isnull=False))
    return shown.select_related("owner", "access").defer("chapters", "tags")


def page_by(owner_id: UUID, viewer: Viewer, asked: Asked, now: datetime) -> Page:
    """What somebody publishes: the newest first, from the index of theirs. One query."""
    items = shown_to(viewer, now).filter(owner_id=owner_id)
    if asked.after:
        items = items.filter(pk__lt=asked.after)
    found = list(items.order_by("-id")[: PAGE + 1])
    return Page(found[:PAGE], f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else "")


def page_of(viewer: Viewer, asked: Asked, now: datetime) -> Page:
    """One query, in the order of an index; one row more than is shown tells whether there is a next page."""
    items = shown_to(viewer, now)
    if asked.kinds:
        items = items.filter(kind__in=[kind for kind in asked.kinds if kind in Kind.values])
    if asked.origins:
        items = items.filter(origin__in=[origin for origin in asked.origins if origin in Origin.values])
    if asked.after:
        items = items.filter(pk__gt=asked.after) if asked.oldest_first else items.filter(pk__lt=asked.after)
    found = list(items.order_by("id" if asked.oldest_first else "-id")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, asked.address(shown[-1].pk) if len(found) > PAGE else "")


def kinds_of(viewer: Viewer, asked: Asked, now: datetime) -> list[Choice]:
    """A link for each kind of which there is something; one query that reads one row of each from an index."""
    visible = Item.objects.visible_to(viewer, now)
    first, *others = [visible.filter(kind=kind).order_by("-id").values_list("kind")[:1] for kind in Kind.values]
    there = {kind for (kind,) in first.union(*others, all=True)} | set(asked.kinds)
    return [
        Choice(label, asked.toggled(kind).address(), kind in asked.kinds)
        for kind, label in _MANY.items()
        if kind in there
    ]
