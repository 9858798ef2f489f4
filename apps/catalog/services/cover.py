"""An item's picture: who may fetch it, where it lies, and how it is replaced."""

from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.covers import COVERS, cover_name, covers_folder
from apps.catalog.enums import CoverOrigin
from apps.catalog.models import Item
from apps.catalog.permissions import check_see_item
from apps.core.errors import NotFound
from apps.core.realtime.hub import publish
from apps.media import disk
from apps.media.services.picture import Picture
from apps.media.services.pictures import keep_pictures


def find_cover(*, item_id: UUID, key: str, width: int, viewer: Viewer, now: datetime) -> str:
    """The file's name below the media folder, for whoever may know of the item: what is locked shows its picture.

    Raises NotFound.
    """
    item = Item.objects.filter(pk=item_id).defer("chapters", "tags").first()
    if item is None or item.cover != key or width not in item.cover_widths:
        raise NotFound("There is nothing here.")
    check_see_item(viewer, item, now)
    return f"{COVERS}/{item_id}/{cover_name(key, width)}"


def place_cover(*, item: Item, picture: Picture, origin: CoverOrigin) -> None:
    """Makes it the picture of an item that the caller's transaction has locked. Files come before the row, old ones go
    after."""
    before = _files(item)
    folder = covers_folder(item.pk)
    folder.mkdir(parents=True, exist_ok=True)
    made = dict(zip((folder / cover_name(picture.key, width) for width in picture.widths), picture.files, strict=True))
    for target, file in made.items():
        disk.write(target, file.read_bytes(), sync=False)
    disk.sync_file(folder)
    fields = {"cover": picture.key, "cover_widths": list(picture.widths), "cover_height": picture.height}
    Item.objects.filter(pk=item.pk).update(**fields, cover_origin=origin, updated_at=timezone.now())
    publish(item.topic, "item.changed", ref=item.pk)
    transaction.on_commit(partial(_delete, before - set(made)))
    keep_pictures(folder=COVERS, owner_id=item.pk)


def take_cover_away(*, item: Item) -> None:
    """The item, locked by the caller's transaction, has no picture any more."""
    before = _files(item)
    fields: dict[str, object] = {"cover": "", "cover_origin": "", "cover_widths": [], "cover_height": None}
    Item.objects.filter(pk=item.pk).update(**fields, updated_at=timezone.now())
    publish(item.topic, "item.changed", ref=item.pk)
    transaction.on_commit(partial(_delete, before))
    keep_pictures(folder=COVERS, owner_id=item.pk)


def _files(item: Item) -> set[Path]:
    return {covers_folder(item.pk) / cover_name(item.cover, width) for width in item.cover_widths if item.cover}


def _delete(files: set[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
