"""What is kept of a person here, for the export of their own data."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.notifications.models import Choice, Notification


def told(person: Any) -> Iterator[Mapping[str, Any]]:
    rows = Notification.objects.filter(person=person).order_by("pk")
    yield from rows.values("id", "kind", "text", "url", "created_at", "read_at").iterator()


def choices(person: Any) -> Iterator[Mapping[str, Any]]:
    yield from Choice.objects.filter(person=person).values("kind", "on_site", "by_mail")
