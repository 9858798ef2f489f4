"""Taking a file from this machine's disk into the site."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from apps.core.models import new_id
from apps.media import disk
from apps.media.ffmpeg.facts import Probe
from apps.media.models import Asset
from apps.media.names import clean_name, content_type, extension

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class Placed:
    """A file that lies in the media folder and has no row yet."""

    id: UUID
    path: str
    name: str


@contextmanager
def placed_file(path: Path, probe: Probe) -> Iterator[Placed]:
    """Puts a copy (or a hard link) of `path` into the media folder; it is taken away again if the block fails.

    Write the rows inside, in one transaction:

        with placed_file(path, probe) as placed, transaction.atomic():
            asset = create_asset(placed=placed, owner=person, probe=probe)
    """
    asset_id = new_id()
    relative = Path("assets", str(asset_id), f"source.{extension(path.name, probe)}")
    target = Path(settings.MEDIA_ROOT) / relative
    target.parent.mkdir(parents=True)
    try:
        part = target.with_name(f".{target.name}.part")
        disk.link_or_copy(path.resolve(), part)
        part.replace(target)
        disk.sync_file(target.parent)
        yield Placed(asset_id, str(relative), clean_name(path.name))
    except BaseException:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise


def create_asset(*, placed: Placed, owner: "User | None", probe: Probe) -> Asset:
    """The row of a placed file."""
    return Asset.objects.create(
        id=placed.id,
        owner=owner,
        name=placed.name,
        path=placed.path,
        content_type=content_type(placed.name, probe),
        size_bytes=probe.size_bytes,
        probe=probe.as_json(),
    )
