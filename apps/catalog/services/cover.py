"""Who may fetch an item's picture, and where it lies."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from apps.catalog.access import Viewer
from apps.catalog.covers import cover_name, covers_folder
from apps.catalog.models import Item
from apps.catalog.permissions import check_see_item
from apps.core.errors import NotFound


def find_cover(*, item_id: UUID, key: str, width: int, viewer: Viewer, now: datetime) -> Path:
    """The file, for whoever may know of the item: what is locked shows its picture. Raises NotFound."""
    item = Item.objects.filter(pk=item_id).defer("chapters", "tags").first()
    if item is None or item.cover != key or width not in item.cover_widths:
        raise NotFound("There is nothing here.")
    check_see_item(viewer, item, now)
    return covers_folder(item_id) / cover_name(key, width)
