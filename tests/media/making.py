"""The valid minimum of a stored file."""

from pathlib import Path

from django.conf import settings

from apps.core.models import new_id
from apps.media.ffmpeg.facts import Probe
from apps.media.models import Asset


def make_asset(owner, content: bytes = b"sound", **fields) -> Asset:
    """A file with these bytes that claims to be nothing in particular."""
    made = new_id()
    path = Path("assets", str(made), "source.bin")
    file = Path(settings.MEDIA_ROOT) / path
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    wanted = {
        "name": "song.bin",
        "content_type": "audio/mpeg",
        "size_bytes": len(content),
        "probe": Probe("mp3", 1000, 0, len(content), None, ()).as_json(),
    }
    return Asset.objects.create(id=made, owner=owner, path=str(path), **{**wanted, **fields})
