"""Who may follow an item's events."""

from uuid import UUID

from django.utils import timezone

from apps.catalog.access import decide, viewer_of
from apps.catalog.models import Item


def may_follow_item(person: object, item_id: str) -> bool:
    """Everyone who may know of it, also of a locked one: its page is open to them."""
    item = Item.objects.filter(pk=UUID(item_id)).first()
    return item is not None and decide(viewer_of(person), item.subject, timezone.now()).visible
