"""tus' concatenation: a client sends a file in several uploads side by side and then has them put together."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from apps.media.enums import UploadRole, UploadState
from apps.media.errors import MediaRefused, UploadRefused
from apps.media.models import Upload
from apps.media.permissions import check_upload
from apps.media.room import full_disk_told
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.complete import submit_check
from apps.media.services.uploads.create import described, kept_for
from apps.media.services.uploads.find import lock_upload, read_id
from apps.media.services.uploads.limits import check_size, lock_owner
from apps.media.tus import Metadata, read_parts

if TYPE_CHECKING:
    from apps.accounts.models import User

_AT_ONCE = 8 << 20


def create_final(*, owner: "User", concat: str, metadata: Metadata) -> Upload:
    """The room that its parts hold is its own from now on. The bytes are put together by the job, not by the request.

    Its parts were counted when they began: what has come as a whole is not turned away for being one more.

    Raises NotAllowed and the kinds of UploadRefused: 400 for parts that are unknown, unfinished or used already.
    """
    check_upload(owner)
    with transaction.atomic():
        lock_owner(owner.pk)
        parts = _lock_parts(owner, read_parts(concat))
        length = sum(part.offset for part in parts)
        check_size(length)
        upload = Upload.objects.create(
            owner=owner,
            role=UploadRole.FINAL,
            state=UploadState.CHECKING,
            length=length,
            concat=concat,
            expires_at=timezone.now() + kept_for(),
            **described(metadata),
        )
        for place, part in enumerate(parts):
            Upload.objects.filter(pk=part.pk).update(whole=upload, place=place)
        submit_check(upload)
        announce(upload)
    return upload


def _lock_parts(owner: "User", ids: Sequence[str]) -> list[Upload]:
    parts = [lock_upload(person=owner, upload_id=read_id(one)) for one in ids]
    if len({part.pk for part in parts}) < len(parts):
        raise UploadRefused("Each upload can be put in once.", code="bad_concat")
    for part in parts:
        if part.role != UploadRole.PARTIAL or part.whole_id or part.has_expired:
            raise UploadRefused("Only partial uploads that are still free can be put together.", code="bad_concat")
        if not part.is_received:
            raise UploadRefused("A part of this upload is not finished.", code="unfinished")
    return parts


def put_together(upload: Upload, *, check: Callable[[], None]) -> None:
    """Moves the bytes of its parts into its own file, part by part; each needs room twice only while it is moved.

    A part's row goes when its bytes are safe, so that a second attempt goes on where the first one ended.
    """
    if upload.role != UploadRole.FINAL:
        return
    for part in upload.parts.order_by("place"):
        if part.offset and not part.file.exists():
            raise MediaRefused("A part of this file got lost on its way.", code="lost")
        if part.offset:
            _move(part.file, upload.file, at=upload.offset, check=check)
        with transaction.atomic():
            upload.offset += part.offset
            Upload.objects.filter(pk=upload.pk).update(offset=upload.offset)
            Upload.objects.filter(pk=part.pk).delete()
        part.file.unlink(missing_ok=True)


def _move(source: Path, target: Path, *, at: int, check: Callable[[], None]) -> None:
    target.touch()
    with full_disk_told(), source.open("rb") as given, target.open("r+b", buffering=0) as made:
        made.truncate(at)
        made.seek(at)
        done, size = 0, source.stat().st_size
        while done < size:
            check()
            done += os.sendfile(made.fileno(), given.fileno(), done, min(_AT_ONCE, size - done))
        os.fsync(made.fileno())
