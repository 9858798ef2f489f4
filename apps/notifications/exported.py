"""What a person was told, for the copy of their data."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.notifications.models import Notification


def told(person: Any) -> Iterator[Mapping[str, Any]]:
    rows = Notification.objects.filter(person=person).order_by("id")
    yield from rows.values("kind", "text", "url", "created_at", "read_at").iterator(chunk_size=1000)
