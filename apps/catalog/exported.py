"""What the catalogue keeps of a person, for the copy of their data."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.catalog.models import Item


def items(person: Any) -> Iterator[Mapping[str, Any]]:
    shown = ("id", "kind", "origin", "title", "tags", "chapters", "duration_ms", "state", "policy", "created_at")
    rows = Item.objects.filter(owner=person).order_by("id")
    yield from rows.values(*shown, "published_at", "trashed_at").iterator(chunk_size=1000)
