"""What people are told, and what they want to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import Base
from apps.notifications.kinds import icon_of
from apps.notifications.querysets import NotificationQuerySet


class Notification(Base):
    """One thing that one person is told: a sentence, and where it leads. `kind` is one that an app has registered.

    `key` names what it is about: while the last one with the same key is unread, saying it again renews that one. `shown` is
    false for what goes out by mail alone. `mail_due_at` is when a mail is to be tried next; empty: none, or it has gone.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True, help_text="A path on this site.")
    key = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    shown = models.BooleanField(default=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notification_mine"),
            models.Index(fields=["person", "-id"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(fields=["mail_due_at"], name="notification_to_mail", condition=Q(mail_due_at__isnull=False)),
            models.Index(fields=["created_at"], name="notification_age"),
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

    @property
    def icon(self) -> str:
        return icon_of(self.kind)


class Choice(models.Model):
    """How one person wants to be told of one kind. No row: on the site, and by mail as the kind says."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices", db_index=False
    )
    kind = models.CharField(max_length=60)
    on_site = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind"], name="choice_once")]

    def __str__(self) -> str:
        return self.kind
