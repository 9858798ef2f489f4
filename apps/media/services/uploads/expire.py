"""What was not finished in time goes, and so does every file that belongs to nothing any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.state import transition
from apps.media.conf import upload_limits
from apps.media.enums import OPEN, UPLOAD_MOVES, UploadState
from apps.media.models import Upload
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.remove import files_of, unlink

_AT_MOST = 1000
# A crash between a row and its file leaves a file; younger ones may belong to a row that is being written just now.
_STRAY_AFTER = timedelta(hours=1)

Check = Callable[[], None] | None


def expire_uploads(now: datetime | None = None, *, check: Check = None) -> int:
    """Ends uploads whose time is over, and forgets those that ended long ago. Returns how many were ended."""
    now = now or timezone.now()
    ended = 0
    due = Upload.objects.filter(state=UploadState.RECEIVING, whole=None, expires_at__lte=now)
    for upload_id in list(due.order_by("expires_at").values_list("pk", flat=True)[:_AT_MOST]):
        if check:
            check()
        ended += _expire(upload_id, now)
    long_ago = now - timedelta(seconds=upload_limits().ended_kept_s)
    over = Upload.objects.filter(state__in=(UploadState.DONE, UploadState.FAILED, UploadState.EXPIRED))
    over.filter(updated_at__lte=long_ago).delete()
    _remove_strays(now)
    return ended


def _expire(upload_id: UUID, now: datetime) -> bool:
    """One that is just being written to is left alone."""
    with transaction.atomic():
        due = Upload.objects.filter(pk=upload_id, state=UploadState.RECEIVING, whole=None, expires_at__lte=now)
        upload = due.select_for_update(skip_locked=True, of=("self",)).first()
        if upload is None:
            return False
        transition(due, moves=UPLOAD_MOVES, sources=[UploadState.RECEIVING], target=UploadState.EXPIRED)
        announce(upload)
        transaction.on_commit(partial(unlink, files_of(upload)))
    return True


def _remove_strays(now: datetime) -> None:
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    before = (now - _STRAY_AFTER).timestamp()
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.stat().st_mtime < before and not _is_wanted(file.name):
            file.unlink(missing_ok=True)


def _is_wanted(name: str) -> bool:
    try:
        return Upload.objects.filter(pk=UUID(name), state__in=OPEN).exists()
    except ValueError:
        return True  # none of ours: not ours to remove
