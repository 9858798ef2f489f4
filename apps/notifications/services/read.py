"""What somebody has seen of what they were told."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import NotFound
from apps.core.realtime.hub import publish
from apps.notifications.models import Notification

MOST_COUNTED = 100

if TYPE_CHECKING:
    from apps.accounts.models import User


@transaction.atomic
def mark_read(*, person: "User", notification_id: UUID) -> Notification:
    """Marks one of the person's own; one that was read stays as it was. Raises NotFound. Costs three statements."""
    mine = Notification.objects.visible_to(person)
    row = mine.filter(pk=notification_id).first()
    if row is None:
        raise NotFound("There is no such notification.")
    now = timezone.now()
    if mine.unread().filter(pk=row.pk).update(read_at=now, mail_due_at=None, updated_at=now):
        row.read_at = now
        publish(f"me:{person.pk}", "notification.read", ref=row.pk)
    return row


@transaction.atomic
def mark_all_read(*, person: "User", until: UUID | None = None) -> int:
    """Marks all, or all up to the one that the person has seen; what came since stays unread. Returns how many."""
    unread = Notification.objects.visible_to(person).unread()
    if until is not None:
        unread = unread.filter(pk__lte=until)
    now = timezone.now()
    count = unread.update(read_at=now, mail_due_at=None, updated_at=now)
    if count:
        publish(f"me:{person.pk}", "notification.read", ref=person.pk)
    return count


def unread_of(person: Any) -> int:
    """How many are unread, at most a hundred: one query of as many places of an index; none for a visitor."""
    if getattr(person, "pk", None) is None:
        return 0
    return Notification.objects.visible_to(person).unread().order_by()[:MOST_COUNTED].count()
