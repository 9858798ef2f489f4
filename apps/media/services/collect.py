"""Deleting the files of assets that were removed, once nothing can be using them any more."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from apps.media.enums import AssetState, Place
from apps.media.errors import StorageTrouble
from apps.media.models import Asset
from apps.media.services.move import due_before
from apps.media.storage.copies import delete_unread
from apps.media.storage.places import bucket

# An encoder may have opened the file just before it was removed, and may be at work for hours.
KEPT = timedelta(hours=24)
_AT_MOST = 1000


def collect_removed_assets(now: datetime | None = None, *, check: Callable[[], None] | None = None) -> int:
    """Deletes files and rows of assets that were removed a day ago and that nothing refers to. Returns how many."""
    due = Asset.objects.filter(state=AssetState.REMOVED, removed_at__lte=(now or timezone.now()) - KEPT)
    collected = 0
    trouble: StorageTrouble | None = None
    for asset in due.order_by("removed_at")[:_AT_MOST]:
        if check:
            check()
        try:
            collected += 0 if trouble and _is_remote(asset) else _collect(asset)
        except StorageTrouble as error:  # S3 is not asked again for each, and what lies on the disk goes all the same
            trouble = error
    if trouble:
        raise trouble
    return collected


def drop_other_copies(
    rows: QuerySet[Any],
    *,
    now: datetime,
    clear: Callable[[Any], bool],
    prefix: Callable[[Any], str],
    check: Callable[[], None] | None = None,
) -> int:
    """Clears the place that something was moved away from. `clear` deletes files and says whether they are gone,
    `prefix` names the folder in S3. The row stays locked meanwhile, so that nothing is moved back at that moment.
    """
    due = rows.filter(other_copy=True, moved_at__lt=due_before(now))
    dropped = 0
    for pk in list(due.order_by("moved_at").values_list("pk", flat=True)[:_AT_MOST]):
        if check:
            check()
        with transaction.atomic():
            row = due.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            if row.storage == Place.LOCAL:
                bucket().remove_all(prefix(row))
            if row.storage == Place.LOCAL or clear(row):
                dropped += due.filter(pk=pk).update(other_copy=False)
    return dropped


def drop_other_assets(now: datetime | None = None, *, check: Callable[[], None] | None = None) -> int:
    """The other copies of sources. Those on this disk that somebody is reading wait."""
    rows = Asset.objects.stored()
    return drop_other_copies(rows, now=now or timezone.now(), clear=_clear, prefix=_prefix, check=check)


def _clear(asset: Asset) -> bool:
    gone = delete_unread(asset.file)
    if gone:
        shutil.rmtree(asset.file.parent, ignore_errors=True)
    return gone


def _prefix(asset: Asset) -> str:
    return f"{asset.path.rpartition('/')[0]}/"


def _is_remote(asset: Asset) -> bool:
    return asset.storage == Place.S3 or asset.other_copy


def _collect(asset: Asset) -> bool:
    """Whatever refers to an asset protects it; the deleted row keeps new ones away until the files are gone too.

    A crash in between leaves the row, so that the next collection finishes the work.
    """
    folder = asset.file.parent
    try:
        with transaction.atomic():
            asset.delete()
            if _is_remote(asset):
                bucket().remove_all(_prefix(asset))
            shutil.rmtree(folder, ignore_errors=True)
    except (ProtectedError, IntegrityError):
        return False
    return True
