"""Whoever sends a file hears what becomes of it, on every device."""

from apps.core.realtime.hub import publish
from apps.media.enums import UploadRole
from apps.media.models import Upload


def announce(upload: Upload) -> None:
    """Call it last in a transaction. Parts of files are nothing that people see."""
    if upload.owner_id and upload.role != UploadRole.PARTIAL:
        publish(f"me:{upload.owner_id}", "upload.changed", ref=upload.pk)
