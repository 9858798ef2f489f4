"""What streaming keeps of a person, for the copy of their data."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F

from apps.streaming.models import PlaybackPosition, PlaybackSession

_AT_ONCE = 1000


def positions(person: Any) -> Iterator[Mapping[str, Any]]:
    shown = ("item_id", "position_ms", "duration_ms", "finished", "at", "device", "plays")
    rows = PlaybackPosition.objects.filter(person=person).order_by("id")
    yield from rows.values(*shown, title=F("item__title")).iterator(chunk_size=_AT_ONCE)


def plays(person: Any) -> Iterator[Mapping[str, Any]]:
    shown = ("item_id", "created_at", "ended_at", "watched_ms", "counted_at")
    rows = PlaybackSession.objects.filter(person=person).order_by("id")
    yield from rows.values(*shown, title=F("item__title")).iterator(chunk_size=_AT_ONCE)
