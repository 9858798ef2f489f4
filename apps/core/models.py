"""Bases of every model: ids that sort by time, and the two instants that everything has."""

import uuid

import uuid6
from django.db import models

from apps.core.realtime.models import Event, Topic

__all__ = ["Base", "Event", "Topic", "new_id"]


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
