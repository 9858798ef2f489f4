"""Telling somebody something."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.realtime.hub import publish
from apps.notifications.kinds import find_kind
from apps.notifications.models import Notification


@transaction.atomic
def notify(*, person_id: UUID, kind: str, text: str, url: str = "", key: str = "") -> Notification:
    """Tells a person, now and on their open pages. With a `key`, an unread one about the same thing is renewed instead.

    Raises LookupError for a kind that nobody has registered. Costs three statements; call it last in a transaction.
    """
    find_kind(kind)
    said = {"text": text[:300], "url": url}
    if key:
        row, made = Notification.objects.update_or_create(
            person_id=person_id, kind=kind, key=key, read_at=None, defaults={**said, "updated_at": timezone.now()}
        )
    else:
        row, made = Notification.objects.create(person_id=person_id, kind=kind, **said), True
    publish(f"me:{person_id}", "notification" if made else "notification.renewed", ref=row.pk)
    return row
