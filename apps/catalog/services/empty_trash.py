"""What has been in the trash for a month goes for good, with its source if nothing else is made from that."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from apps.catalog.covers import COVERS, covers_folder
from apps.catalog.models import Collection, Item
from apps.catalog.services.collections import delete_collection
from apps.core import site_settings
from apps.core.site_settings import Kind, Spec
from apps.media.services.pictures import keep_pictures
from apps.media.services.remove import remove_asset

KEPT_DAYS = "catalog.trash_days"
_BATCH = 200


def offer_settings() -> None:
    site_settings.register(
        Spec(
            KEPT_DAYS,
            Kind.WHOLE,
            30,
            title="Days in the trash",
            group="Catalogue",
            help="What was thrown away can be brought back for so long; then it goes with all its files.",
            minimum=1,
            maximum=3650,
        )
    )


def empty_trash(*, now: datetime, check: Callable[[], None] | None = None) -> int:
    """Deletes items that were thrown away too long ago; returns how many. Their streams are collected a day later.

    Costs an index range for each 200, and a few statements for each item.
    """
    limit = now - timedelta(days=int(site_settings.get(KEPT_DAYS)))
    deleted = 0
    while due := list(
        Item.objects.filter(trashed_at__lt=limit).order_by("trashed_at").values_list("pk", flat=True)[:_BATCH]
    ):
        for pk in due:
            if check:
                check()
            deleted += _delete(pk, limit)
    return deleted


def empty_collections(*, now: datetime, check: Callable[[], None] | None = None) -> int:
    """The same for collections."""
    limit = now - timedelta(days=int(site_settings.get(KEPT_DAYS)))
    deleted = 0
    while due := list(
        Collection.objects.filter(trashed_at__lt=limit).order_by("trashed_at").values_list("pk", flat=True)[:_BATCH]
    ):
        for pk in due:
            if check:
                check()
            deleted += delete_collection(pk=pk, thrown_before=limit)
    return deleted


@transaction.atomic
def _delete(pk: UUID, limit: datetime) -> int:
    """Looks again under a lock: it may have been brought back meanwhile."""
    item = Item.objects.select_for_update(of=("self",)).filter(pk=pk, trashed_at__lt=limit).first()
    if item is None:
        return 0
    delete_for_good(item=item)
    return 1


def delete_for_good(*, item: Item) -> None:
    """The locked item, with its picture, and its source if nothing else is made from that, inside the caller's transaction."""
    asset = item.asset
    transaction.on_commit(partial(shutil.rmtree, covers_folder(item.pk), ignore_errors=True))
    keep_pictures(folder=COVERS, owner_id=item.pk)
    item.delete()
    if asset and not asset.items.exists():
        remove_asset(asset=asset)
