"""Letting go of an upload: its owner's wish, or its file being refused."""

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core.state import transition
from apps.media.enums import UPLOAD_MOVES, UploadState
from apps.media.errors import UploadRefused
from apps.media.models import Asset, Upload
from apps.media.services.adopt import asset_folder
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.find import lock_upload, read_id

if TYPE_CHECKING:
    from apps.accounts.models import User


def remove_upload(*, person: "User", upload_id: str) -> None:
    """tus' termination. Of one that has ended only the row goes: what became of it stays."""
    with transaction.atomic():
        upload = lock_upload(person=person, upload_id=read_id(upload_id))
        if upload.state == UploadState.CHECKING or upload.whole_id:
            raise UploadRefused("This upload is being checked. Wait a moment.", code="checking", status=409)
        _delete(upload)


def _delete(upload: Upload) -> None:
    files = files_of(upload)
    announce(upload)
    Upload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(partial(unlink, files))


def person_leaves(*, person: "User", **_: Any) -> None:
    """Receiver of `apps.accounts.signals.person_leaving`, inside its transaction: what they were uploading goes with them."""
    for upload in Upload.objects.filter(owner=person, whole=None).select_for_update(of=("self",)):
        _delete(upload)


def fail_upload(*, upload_id: UUID, code: str, sentence: str) -> None:
    """Its file was refused, or could not be looked at. Nothing of it stays but the sentence."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).filter(pk=upload_id).first()
        if upload is None or not transition(
            Upload.objects.filter(pk=upload_id),
            moves=UPLOAD_MOVES,
            sources=[UploadState.CHECKING],
            target=UploadState.FAILED,
            error_code=code[:60],
            error=sentence[:500],
        ):
            return
        files = files_of(upload)
        Upload.objects.filter(whole=upload_id).delete()
        announce(upload)
        transaction.on_commit(partial(unlink, files))


def files_of(upload: Upload) -> list[Path]:
    """Its own, those of its parts, and the place of an asset that it never became."""
    files = [upload.file, *(part.file for part in upload.parts.all())]
    if not Asset.objects.filter(pk=upload.pk).exists():
        files.append(asset_folder(upload.pk))
    return files


def unlink(files: list[Path]) -> None:
    for file in files:
        if file.is_dir():
            shutil.rmtree(file, ignore_errors=True)
        else:
            file.unlink(missing_ok=True)
