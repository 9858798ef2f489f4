"""Which bytes a stored file has, and whether the same person has them here already."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Q

from apps.media.models import Asset
from apps.media.services.remove import remove_asset

_BLOCK = 1 << 20


def hash_file(path: Path, *, tell: Callable[[int], None]) -> str:
    """The SHA-256 of a file, read in blocks; `tell` hears after each how many bytes are done, and may raise to stop."""
    digest, block, done = hashlib.sha256(), bytearray(_BLOCK), 0
    view = memoryview(block)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(view):
            digest.update(view[:size])
            done += size
            tell(done)
    return digest.hexdigest()


def lock_same_bytes(*, asset_id: UUID, sha256: str) -> list[Asset]:
    """This asset and those of the same owner that have these bytes, oldest first; without it if it was removed.

    Until the caller's transaction ends nobody else can ask for the same owner and bytes.
    """
    owner = Asset.objects.filter(pk=asset_id).values_list("owner_id", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"media.bytes:{owner}:{sha256}"])
    same = Asset.objects.stored().filter(Q(pk=asset_id) | Q(owner_id=owner, sha256=sha256))
    return list(same.select_for_update().order_by("pk"))


def keep_oldest(*, same: Sequence[Asset], sha256: str) -> None:
    """Removes all of these but the first, which is known by its digest from now on."""
    kept, *others = same
    for asset in others:
        remove_asset(asset=asset)
    Asset.objects.filter(pk=kept.pk).update(sha256=sha256)
