"""Taking a file from this machine's disk into the site."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.core.models import new_id
from apps.media import disk
from apps.media.ffmpeg.facts import Probe
from apps.media.models import Asset
from apps.media.names import clean_name, content_type, extension
from apps.media.services.examine import examine_file
from apps.media.signals import Made, Wish, asset_ready

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
    relative = _relative(asset_id, path.name, probe)
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


def move_in(path: Path, probe: Probe, *, name: str, asset_id: UUID) -> Placed:
    """Renames a file, of the media folder's own file system, to its place as the asset `asset_id`. Safe to repeat.

    It stays there whatever happens next: the same work finds it again by the id.
    """
    relative = _relative(asset_id, name, probe)
    target = Path(settings.MEDIA_ROOT) / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    if path != target:
        path.replace(target)
        disk.sync_file(target.parent)
    return Placed(asset_id, str(relative), clean_name(name))


def asset_folder(asset_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "assets" / str(asset_id)


def _relative(asset_id: UUID, name: str, probe: Probe) -> Path:
    return Path("assets", str(asset_id), f"source.{extension(name, probe)}")


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


def declare_ready(*, asset: Asset, wish: Wish) -> Made | None:
    """Tells whoever makes something of assets, in the caller's transaction; returns what was made."""
    answers = (cast("Made | None", made) for _, made in asset_ready.send(sender=Asset, asset=asset, wish=wish))
    return next((made for made in answers if made), None)


def take_in_file(*, path: Path, owner: "User | None", wish: Wish) -> Made | None:
    """A file of this machine's disk, which stays where it is. File, rows and jobs appear together, or none of them.

    Raises MediaRefused, and AppErrors of whoever makes something of the asset.
    """
    probe = examine_file(path)
    with placed_file(path, probe) as placed, transaction.atomic():
        return declare_ready(asset=create_asset(placed=placed, owner=owner, probe=probe), wish=wish)
