"""A file that has arrived becomes an asset, and its item begins."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.db import transaction

from apps.core.state import transition
from apps.media.enums import UPLOAD_MOVES, UploadState
from apps.media.errors import MediaRefused
from apps.media.models import Asset, Upload
from apps.media.services.adopt import asset_folder, create_asset, declare_ready, move_in
from apps.media.services.examine import examine_file
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.concatenate import put_together
from apps.media.signals import Wish


def take_in_upload(*, upload_id: UUID, still_mine: Callable[[], None], check: Callable[[], None]) -> Asset | None:
    """Looks at the file and adopts it by a rename. Safe to repeat after a crash at any point.

    Raises MediaRefused, and AppErrors of whoever makes something of the asset; None if there is nothing to do (any more).
    """
    upload = Upload.objects.select_related("owner").filter(pk=upload_id, state=UploadState.CHECKING).first()
    if upload is None:
        return None
    put_together(upload, check=check)
    file = _held(upload)
    probe = examine_file(file, check=check)
    placed = move_in(file, probe, name=upload.filename, asset_id=upload.pk)
    with transaction.atomic():
        still_mine()
        asset = create_asset(placed=placed, owner=upload.owner, probe=probe)
        made = declare_ready(asset=asset, wish=Wish(upload.title, upload.kind))
        transition(
            Upload.objects.filter(pk=upload.pk),
            moves=UPLOAD_MOVES,
            sources=[UploadState.CHECKING],
            target=UploadState.DONE,
            asset=asset,
            item_id=made and made.item_id,
            item_url=made.item_url if made else "",
            job_id=made and made.job_id,
        )
        announce(upload)
    return asset


def _held(upload: Upload) -> Path:
    """Where its bytes lie: an earlier attempt may have moved them already."""
    if upload.file.exists():
        return upload.file
    moved = next(iter(asset_folder(upload.pk).glob("source.*")), None)
    if moved is None:
        raise MediaRefused(
            "This file is empty." if not upload.length else "This file got lost on its way.", code="empty"
        )
    return moved
