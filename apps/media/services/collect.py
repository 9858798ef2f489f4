"""Deleting the files of assets that were removed, once nothing can be using them any more."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.media.enums import AssetState
from apps.media.models import Asset

# An encoder may have opened the file just before it was removed, and may be at work for hours.
KEPT = timedelta(hours=24)
_AT_MOST = 1000


def collect_removed_assets(now: datetime | None = None, *, check: Callable[[], None] | None = None) -> int:
    """Deletes files and rows of assets that were removed a day ago and that nothing refers to. Returns how many."""
    due = Asset.objects.filter(state=AssetState.REMOVED, removed_at__lte=(now or timezone.now()) - KEPT)
    collected = 0
    for asset in due.order_by("removed_at")[:_AT_MOST]:
        if check:
            check()
        collected += _collect(asset)
    return collected


def _collect(asset: Asset) -> bool:
    """Whatever refers to an asset protects it; the deleted row keeps new ones away until the files are gone too.

    A crash in between leaves the row, so that the next collection finishes the work.
    """
    folder = asset.file.parent
    try:
        with transaction.atomic():
            asset.delete()
            shutil.rmtree(folder, ignore_errors=True)
    except (ProtectedError, IntegrityError):
        return False
    return True
