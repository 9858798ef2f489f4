"""Changing what an item says about itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.chapters import checked_chapters
from apps.catalog.models import Item
from apps.catalog.permissions import check_edit_item
from apps.catalog.services.create import LONGEST_TITLE, slug_of
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
    policy: str | None = None,
    chapters: Sequence[Mapping[str, Any]] | None = None,
    published_at: datetime | Unchanged | None = UNCHANGED,
) -> Item:
    """Changes what is given; `published_at=None` hides it from others.

    Raises NotAllowed, or Invalid for an empty title or chapters that make no sense.
    """
    check_edit_item(viewer, item)
    changes: dict[str, object] = {}
    if title is not None:
        title = title.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise Invalid("A title has 1 to 200 characters.", fields={"title": ["A title has 1 to 200 characters."]})
        changes |= {"title": title, "slug": slug_of(title)}
    if policy is not None:
        changes["policy"] = policy
    if chapters is not None:
        changes["chapters"] = checked_chapters(chapters, duration_ms=item.duration_ms)
    if not isinstance(published_at, Unchanged):
        changes["published_at"] = published_at
    if changes:
        with transaction.atomic():
            Item.objects.filter(pk=item.pk).update(**changes, updated_at=timezone.now())
            publish(item.topic, "item.changed", ref=item.pk)
        item.refresh_from_db()
    return item
