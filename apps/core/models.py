"""Bases of every model: ids that sort by time, and the two instants that everything has."""

import uuid
from typing import Any, ClassVar, NoReturn

import uuid6
from django.db import models
from django.utils import timezone

from apps.core.encryption import EncryptedTextField
from apps.core.realtime.models import Event, Topic

__all__ = ["Base", "Event", "RateWindow", "SiteSetting", "SiteSettingChange", "Topic", "new_id"]


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): its order is the order of creation, to the millisecond."""
    return uuid6.uuid7()


class Base(models.Model):
    """A row with a UUIDv7 key and its instants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class SiteSetting(models.Model):
    """A setting that staff have changed; what is not here has its default. Written by `apps.core.site_settings.set`."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField(null=True)
    secret = EncryptedTextField(purpose="core.site_setting", null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "site setting"

    def __str__(self) -> str:
        return self.key


class RateWindow(models.Model):
    """How often a caller did something in the window that ends at `ends_at`, counted here while Redis is away."""

    key = models.CharField(max_length=40, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"


class SiteSettingChange(models.Model):
    """Who changed what and when. Only ever added to; it keeps names, so that it outlives accounts."""

    key = models.CharField(max_length=80)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "-at"], name="settingchange_of_key")]

    def __str__(self) -> str:
        return f"{self.key} by {self.by_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A change that happened is not changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A change that happened is not forgotten.")
