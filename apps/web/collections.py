"""Collections on pages: one with its items, and a shelf of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.catalog.access import Decision, Viewer, decide
from apps.catalog.covers import Cover
from apps.catalog.enums import HOMES, CollectionKind
from apps.catalog.models import Collection, Item
from apps.catalog.querysets import CollectionQuerySet
from apps.catalog.services.collections import items_of
from apps.web.lock import Lock, lock_of

PAGE = 24


@dataclass(frozen=True)
class Card:
    collection: Collection
    picture: Cover | None


@dataclass(frozen=True)
class Shelf:
    cards: Sequence[Card]
    next_after: UUID | None


@dataclass(frozen=True)
class Sheet:
    """`lock` is what opens it, where it is locked as a whole; single items may be open all the same."""

    collection: Collection
    decision: Decision
    items: Sequence[Item]
    seasons: Sequence[Collection]
    duration_ms: int
    lock: Lock | None
    picture: Cover | None


def shelf_of(found: CollectionQuerySet, after: UUID | None) -> Shelf:
    """A page of collections, the newest first. Two queries."""
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("owner", "access").order_by("-id")[: PAGE + 1])
    shown = rows[:PAGE]
    pictures = pictures_of(shown)
    cards = [Card(one, pictures.get(one.pk)) for one in shown]
    return Shelf(cards, shown[-1].pk if len(rows) > PAGE else None)


def pictures_of(collections: Sequence[Collection]) -> Mapping[UUID, Cover | None]:
    """The first picture of what lives in each. One query; what is locked shows its picture, what is hidden does not."""
    ids = [one.pk for one in collections if one.kind in HOMES]
    if not ids:
        return {}
    items = Item.objects.filter(home__in=ids, trashed_at=None, published_at__isnull=False).exclude(cover="")
    first = items.order_by("home", "home_number", "pk").distinct("home")
    fields = ("home_id", "cover", "cover_origin", "cover_widths", "cover_height")
    return {item.home_id: item.picture for item in first.only(*fields) if item.home_id}


def sheet_of(viewer: Viewer, collection: Collection, now: datetime) -> Sheet | None:
    """None for what the viewer must not know of. Three queries, a fourth for a playlist."""
    decision = decide(viewer, collection.subject, now)
    if not decision.visible:
        return None
    items = items_of(collection, viewer, now)
    seasons: Sequence[Collection] = []
    if collection.kind == CollectionKind.SERIES:
        seasons = list(Collection.objects.visible_to(viewer, now).filter(parent=collection).order_by("pk")[:200])
    return Sheet(
        collection=collection,
        decision=decision,
        items=items,
        seasons=seasons,
        duration_ms=sum(item.duration_ms or 0 for item in items),
        lock=None if decision.allowed else lock_of(viewer, decision, now),
        picture=next((item.picture for item in items if item.picture), None),
    )
