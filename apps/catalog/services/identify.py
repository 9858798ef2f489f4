"""One person's bytes are stored once: a new item with bytes that its owner has here already plays from the older file."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import check_edit_item
from apps.catalog.work import IDENTIFY, IdentifyParams
from apps.core.realtime.hub import publish
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import TooManyJobs, submit
from apps.media.models import Asset
from apps.media.services.identify import keep_oldest, lock_same_bytes


def start_identifying(*, asset: Asset) -> None:
    """Queues the look at an asset's bytes. It is about the asset, so that what happens to an item does not end it."""
    with suppress(TooManyJobs):  # what is asked for at the same time must not fail because of it
        submit(
            kind=IDENTIFY,
            params=IdentifyParams(asset_id=asset.pk),
            owner_id=asset.owner_id,
            subject=f"media.asset:{asset.pk}",
            priority=Priority.LOW,
            idempotency_key=_key(asset.pk),
        )


def identifying_job(*, asset_id: UUID) -> Job | None:
    return Job.objects.filter(idempotency_key=_key(asset_id)).first()


def _key(asset_id: UUID) -> str:
    return f"{IDENTIFY}:{asset_id}"


def settle_bytes(*, asset_id: UUID, sha256: str, still_mine: Callable[[], None]) -> UUID:
    """Keeps the digest. Where its owner has these bytes twice, items go over to the oldest asset and the others are
    removed. Returns the asset that stays. Safe to repeat, and at the same time for several assets.
    """
    with transaction.atomic():
        still_mine()
        same = lock_same_bytes(asset_id=asset_id, sha256=sha256)
        if not any(asset.pk == asset_id for asset in same):
            return same[0].pk if same else asset_id  # another job has seen to it
        for asset in same[1:]:
            _hand_over(asset, same[0])
        keep_oldest(same=same, sha256=sha256)
    return same[0].pk


def _hand_over(asset: Asset, kept: Asset) -> None:
    """Its items play from the kept asset, and name the oldest item that their owner has of it."""
    known = Item.objects.filter(asset=kept, owner_id=asset.owner_id, trashed_at=None).order_by("pk").first()
    for item in Item.objects.filter(asset=asset).select_for_update(of=("self",)).order_by("pk"):
        same_owner = item.owner_id == asset.owner_id
        Item.objects.filter(pk=item.pk).update(
            asset=kept, duplicate_of=known if same_owner else None, updated_at=timezone.now()
        )
        # Everyone who may see the item may follow it: the event says no more than that it changed.
        publish(item.topic, "item.changed", ref=item.pk)


def keep_both(*, item: Item, viewer: Viewer) -> Item:
    """The owner has seen that the same is there already, and wants both. Raises NotAllowed."""
    check_edit_item(viewer, item)
    with transaction.atomic():
        rows = Item.objects.filter(pk=item.pk, duplicate_of__isnull=False)
        if rows.update(duplicate_of=None, updated_at=timezone.now()):
            publish(item.topic, "item.changed", ref=item.pk)
    item.duplicate_of = None
    return item
