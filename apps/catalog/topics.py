"""Who may follow the events of items and collections."""

from uuid import UUID

from django.utils import timezone

from apps.catalog.access import decide, viewer_of
from apps.catalog.models import Collection, Item


def may_follow_item(person: object, item_id: str) -> bool:
    """Whoever may play it, be it a preview. Those for whom it is locked learn nothing of what goes on in it."""
    item = Item.objects.filter(pk=UUID(item_id)).first()
    if item is None:
        return False
    decision = decide(viewer_of(person), item.subject, timezone.now())
    return decision.visible and decision.plays


def may_follow_collection(person: object, collection_id: str) -> bool:
    """Everyone who may know of it, also of a locked one: its page is open to them."""
    collection = Collection.objects.filter(pk=UUID(collection_id)).first()
    return collection is not None and decide(viewer_of(person), collection.subject, timezone.now()).visible
