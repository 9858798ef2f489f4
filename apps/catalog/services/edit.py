"""Changing what an item says about itself."""

from collections.abc import Mapping, Sequence
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


def edit_item(
    *,
    item: Item,
    viewer: Viewer,
    title: str | None = None,
    policy: str | None = None,
    published: bool | None = None,
    chapters: Sequence[Mapping[str, Any]] | None = None,
) -> Item:
    """Changes what is given. What is published already keeps its instant. Raises NotAllowed, or Invalid for an empty title or chapters that make no sense."""
    check_edit_item(viewer, item)
    changes: dict[str, object] = {}
    if title is not None:
        title = title.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise Invalid("A title has 1 to 200 characters.", fields={"title": ["A title has 1 to 200 characters."]})
        changes |= {"title": title, "slug": slug_of(title)}
    if policy is not None:
        changes["policy"] = policy
    if published is not None and published != (item.published_at is not None):
        changes["published_at"] = timezone.now() if published else None
    if chapters is not None:
        changes["chapters"] = checked_chapters(chapters, duration_ms=item.duration_ms)
    if changes:
        with transaction.atomic():
            Item.objects.filter(pk=item.pk).update(**changes, updated_at=timezone.now())
            publish(item.topic, "item.changed", ref=item.pk)
        item.refresh_from_db()
    return item
