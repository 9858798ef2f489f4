"""Throwing items away, and getting them back."""

from contextlib import suppress
from functools import partial

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import check_trash_item
from apps.core.errors import Conflict
from apps.core.realtime.hub import publish
from apps.jobs.models import Job
from apps.jobs.services.cancel import cancel


def trash_item(*, item: Item, viewer: Viewer) -> None:
    """Into the trash: nobody finds or plays it any more; its files stay, work on it ends. Twice is once."""
    check_trash_item(viewer, item)
    with transaction.atomic():
        now = timezone.now()
        if Item.objects.filter(pk=item.pk, trashed_at=None).update(trashed_at=now, updated_at=now):
            # What is thrown away is nothing that its owner "already has".
            Item.objects.filter(duplicate_of=item.pk).update(duplicate_of=None, updated_at=now)
            publish(item.topic, "item.trashed", ref=item.pk)
            transaction.on_commit(partial(cancel_work, item))


def restore_item(*, item: Item, viewer: Viewer) -> None:
    """Out of the trash, as it was."""
    check_trash_item(viewer, item)
    with transaction.atomic():
        if Item.objects.filter(pk=item.pk, trashed_at__isnull=False).update(trashed_at=None, updated_at=timezone.now()):
            publish(item.topic, "item.restored", ref=item.pk)


def cancel_work(item: Item) -> None:
    """Ends what goes on for an item. Only after the commit: ending work locks jobs before items, and this had locked the item."""
    for job_id in Job.objects.live().roots().filter(subject=f"catalog.item:{item.pk}").values_list("pk", flat=True):
        with suppress(Conflict):  # it has ended meanwhile
            cancel(job_id=job_id)
