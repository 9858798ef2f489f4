"""Adjectives for notifications."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from apps.notifications.models import Notification  # noqa: F401


class NotificationQuerySet(QuerySet["Notification"]):
    def visible_to(self, person: Any) -> Self:
        """A person's own, but for what goes out by mail alone; nobody else's."""
        return self.filter(person_id=person.pk, shown=True) if getattr(person, "pk", None) else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)
