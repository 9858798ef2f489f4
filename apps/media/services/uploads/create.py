"""A new upload: everything is checked, and room is set aside, before a byte is sent."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.core import site_settings
from apps.media.enums import UploadRole
from apps.media.models import Upload
from apps.media.permissions import check_upload
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.complete import complete
from apps.media.services.uploads.limits import check_count, check_disk, check_size, lock_owner
from apps.media.services.uploads.quota import check_quota
from apps.media.settings_offered import KEPT
from apps.media.tus import Metadata

if TYPE_CHECKING:
    from apps.accounts.models import User


def create_upload(*, owner: "User", length: int | None, metadata: Metadata, partial: bool = False) -> Upload:
    """`length` None: the client will say later. One of no bytes is complete at once.

    Raises NotAllowed and the kinds of UploadRefused.
    """
    check_upload(owner)
    check_size(length or 0)
    check_disk(length or 0, beginning=True)
    with transaction.atomic():
        lock_owner(owner.pk)
        check_count(owner.pk, partial=partial)
        check_quota(owner.pk, length or 0)
        upload = Upload.objects.create(
            owner=owner,
            role=UploadRole.PARTIAL if partial else UploadRole.WHOLE,
            length=length,
            expires_at=timezone.now() + kept_for(),
            moved_at=Now(),
            concat="partial" if partial else "",
            **described(metadata),
        )
        if length == 0 and not partial:
            complete(upload)
        announce(upload)
    return upload


def described(metadata: Metadata) -> dict[str, str]:
    """The fields of an upload that its client's metadata fills."""
    return {
        "metadata": metadata.raw,
        "filename": metadata.filename,
        "title": metadata.title,
        "kind": metadata.kind,
        "content_type": metadata.content_type,
    }


def kept_for() -> timedelta:
    return timedelta(seconds=int(site_settings.get(KEPT)))
