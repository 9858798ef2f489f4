"""The next piece of an upload: written, flushed to the disk, and only then counted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.media.conf import upload_limits
from apps.media.enums import UploadRole, UploadState
from apps.media.errors import DiskFull, NoRoom, TooLarge, UploadRefused, WrongOffset
from apps.media.models import Upload
from apps.media.permissions import check_upload
from apps.media.services.uploads.announce import announce
from apps.media.services.uploads.complete import complete
from apps.media.services.uploads.create import kept_for
from apps.media.services.uploads.find import check_alive, find_upload, lock_upload
from apps.media.services.uploads.limits import check_disk, check_size, lock_owner
from apps.media.services.uploads.pieces import Read, write_piece
from apps.media.services.uploads.quota import check_quota
from apps.media.tus import Checksum

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class Piece:
    """What a request brings. `size_bytes` is None if its client did not say; `length` is that of the whole upload."""

    offset: int
    read: Read
    size_bytes: int | None = None
    checksum: Checksum | None = None
    length: int | None = None


def append_piece(*, person: "User", upload_id: str, piece: Piece) -> Upload:
    """Raises NotAllowed and the kinds of UploadRefused; the bytes are not read where the headers tell enough."""
    check_upload(person)
    found = find_upload(person=person, upload_id=upload_id)
    with transaction.atomic():
        upload = lock_upload(person=person, upload_id=found.pk)
        if not _is_receiving(upload, piece):
            return upload
        _check_length(upload, piece)
        most = _most(upload, piece)
        try:
            done = write_piece(upload.file, offset=upload.offset, read=piece.read, most=most, checksum=piece.checksum)
        except DiskFull as error:
            raise NoRoom("The disk of this site is full. Go on when there is room again.") from error
        _count(upload, done)
    return upload


def _is_receiving(upload: Upload, piece: Piece) -> bool:
    """False for nothing that is sent to an upload that is complete: that is no mistake."""
    if upload.role == UploadRole.FINAL:
        raise UploadRefused("An upload that was put together takes no more bytes.", code="final", status=403)
    check_alive(upload)
    if piece.offset != upload.offset:
        raise WrongOffset(f"This upload goes on at byte {upload.offset}, not at {piece.offset}.")
    if upload.state == UploadState.RECEIVING and not upload.whole_id:
        return True
    if piece.size_bytes or piece.read(1):
        raise TooLarge("This upload is complete and takes no more bytes.")
    return False


def _check_length(upload: Upload, piece: Piece) -> None:
    """Takes the length of an upload that was begun without one; it is said once."""
    if piece.length is None or piece.length == upload.length:
        return
    if upload.length is not None:
        raise UploadRefused("The length of an upload does not change.", code="bad_length")
    if piece.length < upload.offset:
        raise UploadRefused("More bytes than this are here already.", code="bad_length")
    check_size(piece.length)
    _reserve(upload, piece.length - upload.offset)
    upload.length = piece.length


def _most(upload: Upload, piece: Piece) -> int:
    """How many bytes this request may bring."""
    most = upload_limits().largest_piece_bytes
    if (piece.size_bytes or 0) > most:
        raise TooLarge(f"Send pieces of at most {most >> 20} MiB.", code="piece_too_large")
    if upload.length is not None:
        most = min(most, upload.length - upload.offset)
        if (piece.size_bytes or 0) > most:
            raise TooLarge("This is more than the upload has left.")
    else:
        more = piece.size_bytes if piece.size_bytes is not None else most
        check_size(upload.offset + more)
        _reserve(upload, more)
    check_disk(piece.size_bytes or 0)
    return most


def _reserve(upload: Upload, more_bytes: int) -> None:
    if upload.owner_id:
        lock_owner(upload.owner_id)
        check_quota(upload.owner_id, more_bytes)


def _count(upload: Upload, done: int) -> None:
    """The conditional update is what counts, not the lock: an offset moves on from where this piece began, or not at all."""
    before = upload.offset
    upload.offset += done
    upload.expires_at = timezone.now() + kept_for()
    if not Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING, offset=before).update(
        offset=upload.offset, length=upload.length, expires_at=upload.expires_at, moved_at=Now(), updated_at=Now()
    ):
        raise WrongOffset("Another request was faster.")
    if upload.is_received and upload.role == UploadRole.WHOLE:
        complete(upload)
        announce(upload)
