"""Items that the site made itself to show what it does: marked, and taken away in one go."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import check_remove_demo
from apps.catalog.services.empty_trash import delete_for_good
from apps.catalog.services.trash import cancel_work
from apps.core.realtime.hub import publish
from apps.memberships.services.demo import remove_demo_members


def mark_as_demo(*, item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(demo=True, updated_at=timezone.now())


def remove_demo(*, viewer: Viewer) -> int:
    """Deletes all that is marked, with its sources; work on it ends, streams go a day later. Returns how many items.

    The members and tiers of the demo go as well, as far as nothing else has come to depend on them.

    Raises NotAllowed. Some statements for each of few items.
    """
    check_remove_demo(viewer)
    found = list(Item.objects.filter(demo=True).order_by("pk"))
    for item in found:
        cancel_work(item)
    removed = sum(_delete(item.pk) for item in found)
    remove_demo_members()
    return removed


@transaction.atomic
def _delete(pk: UUID) -> int:
    item = Item.objects.select_for_update(of=("self",)).filter(pk=pk, demo=True).first()
    if item is None:
        return 0
    publish(item.topic, "item.trashed", ref=item.pk)
    delete_for_good(item=item)
    return 1
