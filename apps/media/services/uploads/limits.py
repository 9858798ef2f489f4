"""How much one person may bring. Asked under a lock, so that two requests at once cannot both get the last room."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now

from apps.core import site_settings
from apps.media.conf import upload_limits
from apps.media.enums import UploadRole, UploadState
from apps.media.errors import NoRoom, TooLarge, TooManyUploads
from apps.media.models import Upload
from apps.media.room import KEEP_FREE, nearest
from apps.media.services.uploads.quota import shown
from apps.media.settings_offered import IN_FLIGHT, LARGEST, OPEN_PER_PERSON

_MEBIBYTE = 1 << 20


def lock_owner(owner_id: UUID) -> None:
    """Until the caller's transaction ends nobody else reckons this person's uploads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"media.uploads:{owner_id}"])


def check_size(size_bytes: int) -> None:
    largest = int(site_settings.get(LARGEST))
    if size_bytes > largest:
        raise TooLarge(f"This file is larger than {shown(largest)}, the most that this site takes.")


def check_count(owner_id: UUID, *, partial: bool) -> None:
    """Whether one more may begin. Costs one query."""
    resting = Now() - timedelta(seconds=upload_limits().rests_after_s)
    moving = Q(state=UploadState.CHECKING) | Q(state=UploadState.RECEIVING, moved_at__gt=resting)
    counts = (
        Upload.objects.open()
        .filter(owner_id=owner_id, whole=None)
        .aggregate(open=Count("pk"), flying=Count("pk", filter=moving & ~Q(role=UploadRole.PARTIAL)))
    )
    most = int(site_settings.get(OPEN_PER_PERSON))
    if counts["open"] >= most:
        raise TooManyUploads(f"You have {most} unfinished uploads. Finish or remove some of them first.")
    most = int(site_settings.get(IN_FLIGHT))
    if not partial and counts["flying"] >= most:
        sentence = f"{most} of your files are on their way already. This one can follow when one of them has arrived."
        raise TooManyUploads(sentence, code="too_many_in_flight", status=409)


def check_disk(more_bytes: int, *, beginning: bool = False) -> None:
    """Whether the disk has room for it, beside what is kept free for the database and the pages.

    What begins must also leave room for all that others have begun. Then it costs a query.
    """
    keep = int(site_settings.get(KEEP_FREE)) * _MEBIBYTE
    promised = _still_to_come() if beginning and more_bytes else 0
    if shutil.disk_usage(nearest(Path(settings.MEDIA_ROOT))).free - keep - promised < more_bytes:
        raise NoRoom("The disk of this site has no room for this file. Its staff can see it.")


def _still_to_come() -> int:
    coming = Upload.objects.filter(state=UploadState.RECEIVING, length__isnull=False, expires_at__gt=Now())
    return int(coming.aggregate(n=Sum(F("length") - F("offset")))["n"] or 0)
