"""One's own upload, as it is, or held for writing."""

from uuid import UUID

import psycopg
from django.db import OperationalError

from apps.media.enums import UploadState
from apps.media.errors import NoSuchUpload, UploadGone, UploadLocked
from apps.media.models import Upload

_NONE = "You have no such upload."


def find_upload(*, person: object, upload_id: str) -> Upload:
    """Raises NoSuchUpload, also for what is somebody else's. Bytes that the disk has lost are counted as not sent."""
    upload = Upload.objects.visible_to(person).filter(pk=read_id(upload_id)).first()
    if upload is None:
        raise NoSuchUpload(_NONE)
    _reconcile(upload)
    return upload


def read_id(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError as error:
        raise NoSuchUpload(_NONE) from error


def lock_upload(*, person: object, upload_id: UUID) -> Upload:
    """The row, held until the caller's transaction ends; never waits. Raises NoSuchUpload and UploadLocked.

    The lock is gone with the process that held it, however that ended.
    """
    mine = Upload.objects.visible_to(person).filter(pk=upload_id)
    try:
        upload = mine.select_for_update(nowait=True, of=("self",)).first()
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise UploadLocked("Another request is writing to this upload.") from error
        raise
    if upload is None:
        raise NoSuchUpload(_NONE)
    return upload


def check_alive(upload: Upload) -> None:
    """Raises UploadGone for what can be neither asked for nor gone on with."""
    if upload.has_expired:
        raise UploadGone("This upload was not finished in time and has been removed.", code="expired")
    if upload.state == UploadState.FAILED:
        raise UploadGone(upload.error or "This upload was refused.", code=upload.error_code or "failed")


def _reconcile(upload: Upload) -> None:
    """The offset never promises what is not there: after a crash of the disk, or a backup that was put back.

    Bytes beyond the offset (a crash between writing and noting it) are overwritten by the next piece.
    """
    if upload.state != UploadState.RECEIVING or upload.whole_id or not upload.offset:
        return
    there = upload.file.stat().st_size if upload.file.exists() else 0
    if there < upload.offset and Upload.objects.filter(
        pk=upload.pk, state=UploadState.RECEIVING, offset=upload.offset, whole=None
    ).update(offset=there):
        upload.offset = there
