"""A new item."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.text import slugify

from apps.catalog.models import Item
from apps.media.models import Asset

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST_TITLE = 200


def slug_of(title: str) -> str:
    """What stands before the id in the address; only for reading, the id alone decides."""
    return slugify(title)[:80].strip("-") or "item"


def create_item(
    *, title: str, kind: str, origin: str, owner: "User | None", asset: Asset | None, published_at: datetime | None
) -> Item:
    """An item that is still being prepared. `published_at` in the future, or None, hides it from others."""
    title = title.strip()[:LONGEST_TITLE]
    return Item.objects.create(
        title=title,
        slug=slug_of(title),
        kind=kind,
        origin=origin,
        owner=owner,
        asset=asset,
        duration_ms=asset.facts.duration_ms if asset else None,
        published_at=published_at,
    )
