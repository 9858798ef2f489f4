"""Throwing items away, and getting them back."""

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import check_trash_item
from apps.core.realtime.hub import publish


def trash_item(*, item: Item, viewer: Viewer) -> None:
    """Into the trash: nobody finds or plays it any more; its files stay. Twice is once."""
    check_trash_item(viewer, item)
    with transaction.atomic():
        now = timezone.now()
        if Item.objects.filter(pk=item.pk, trashed_at=None).update(trashed_at=now, updated_at=now):
            publish(item.topic, "item.trashed", ref=item.pk)


def restore_item(*, item: Item, viewer: Viewer) -> None:
    """Out of the trash, as it was."""
    check_trash_item(viewer, item)
    with transaction.atomic():
        if Item.objects.filter(pk=item.pk, trashed_at__isnull=False).update(trashed_at=None, updated_at=timezone.now()):
            publish(item.topic, "item.restored", ref=item.pk)
