"""What stands on the front page between the newest and the latest: each shelf has a template and what it shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.catalog.access import Viewer
from apps.catalog.enums import PLAYS
from apps.catalog.models import Item
from apps.streaming.models import PlaybackPosition

# Less than this was a look, not a beginning.
BEGUN_MS = 10_000
BEGUN_SHOWN = 8


@dataclass(frozen=True)
class Shelf:
    """`content` is what its template reads as `shelf.content`."""

    template: str
    content: Any


@dataclass(frozen=True)
class Begun:
    """Something that somebody has begun: how much of it they have had, and how much is left."""

    item: Item
    percent: int
    left_ms: int


def begun_shelf(viewer: Viewer, now: datetime) -> Shelf | None:
    """What the person began and may still play, the latest first."""
    if not viewer.signed_in:
        return None
    places = PlaybackPosition.objects.filter(
        person_id=viewer.person_id, finished=False, position_ms__gte=BEGUN_MS, item__state__in=PLAYS
    )
    playable = places.filter(item__in=Item.objects.playable_by(viewer, now)).select_related(
        "item__owner", "item__access"
    )
    found = [_begun(place) for place in playable.order_by("-at")[:BEGUN_SHOWN]]
    return Shelf("web/home/begun.html", found) if found else None


def _begun(place: PlaybackPosition) -> Begun:
    whole = place.item.duration_ms or place.duration_ms or place.position_ms
    return Begun(place.item, min(99, place.position_ms * 100 // max(1, whole)), max(0, whole - place.position_ms))


# In the order of the page. Each costs one query at most, and is left out where it has nothing.
SHELVES: Sequence[Callable[[Viewer, datetime], Shelf | None]] = (begun_shelf,)


def shelves_for(viewer: Viewer, now: datetime) -> list[Shelf]:
    return [shelf for build in SHELVES if (shelf := build(viewer, now))]
