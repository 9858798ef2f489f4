"""What people are told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import Base
from apps.notifications.querysets import NotificationQuerySet


class Notification(Base):
    """One thing that one person is told: a sentence, and where it leads. `kind` is one that an app has registered.

    `key` names what it is about: while the last one with the same key is unread, saying it again renews that one.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True, help_text="A path on this site.")
    key = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notification_mine"),
            models.Index(fields=["person", "-id"], name="notification_unread", condition=Q(read_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "key"],
                condition=Q(read_at=None) & ~Q(key=""),
                name="notification_once_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.text
