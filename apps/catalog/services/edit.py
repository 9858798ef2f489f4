"""Changing what an item says about itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.chapters import checked_chapters
from apps.catalog.models import Collection, Item
from apps.catalog.permissions import check_edit_item
from apps.catalog.services.create import LONGEST_TITLE, slug_of
from apps.catalog.services.policy import Spec, row_for, set_policy
from apps.core.errors import Invalid
from apps.core.realtime.hub import publish


class Unchanged(Enum):
    """Stands for "not given" where None means something."""

    YES = 1


UNCHANGED = Unchanged.YES


def edit_item(
    *,
    item: Item,
    viewer: Viewer,
    title: str | None = None,
    policy: Spec | Unchanged | None = UNCHANGED,
    chapters: Sequence[Mapping[str, Any]] | None = None,
    published_at: datetime | Unchanged | None = UNCHANGED,
    downloads: bool | None = None,
) -> Item:
    """Changes what is given; `published_at=None` hides it from others, `policy=None` has it inherit its home's.

    Raises NotAllowed, or Invalid for an empty title, chapters that make no sense, or a policy that cannot be read.
    """
    check_edit_item(viewer, item)
    changes: dict[str, object] = {}
    if title is not None:
        title = title.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise Invalid("A title has 1 to 200 characters.", fields={"title": ["A title has 1 to 200 characters."]})
        changes |= {"title": title, "slug": slug_of(title)}
    if chapters is not None:
        changes["chapters"] = checked_chapters(chapters, duration_ms=item.duration_ms)
    if not isinstance(published_at, Unchanged):
        changes["published_at"] = published_at
    if downloads is not None:
        changes["downloads"] = downloads
    with transaction.atomic():
        shut_or_opened = not isinstance(policy, Unchanged) and _set_policy(item, policy, viewer)
        if changes:
            Item.objects.filter(pk=item.pk).update(**changes, updated_at=timezone.now())
        if changes:
            publish(item.topic, "item.access" if "published_at" in changes else "item.changed", ref=item.pk)
    if changes or shut_or_opened:
        item.refresh_from_db()
    return item


def _set_policy(item: Item, spec: Spec | None, viewer: Viewer) -> bool:
    """Under a lock: whoever gives it another home at this moment waits, or is seen."""
    row = row_for(spec)
    if row is None:
        # What it is to inherit does not change meanwhile: collections are locked before their items, as everywhere.
        home = Item.objects.filter(pk=item.pk).values("home")
        Collection.objects.select_for_update(of=("self",)).filter(pk__in=home).first()
    # Locked first and then read: a join that was made before the wait would not find the row that it waited for.
    Item.objects.select_for_update().filter(pk=item.pk).first()
    locked = Item.objects.select_related("home__access", "access").get(pk=item.pk)
    return set_policy(item=locked, row=row, viewer=viewer)
