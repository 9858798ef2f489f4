"""What an item's file says about itself, and a picture of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.enums import CoverOrigin
from apps.catalog.models import Item
from apps.catalog.services.cover import place_cover
from apps.catalog.work import DESCRIBE, DescribeParams
from apps.core.realtime.hub import publish
from apps.jobs.enums import Priority
from apps.jobs.services.submit import TooManyJobs, submit
from apps.media.ffmpeg.facts import ChapterMark, Tags
from apps.media.services.picture import Picture

# Comments and the like stay with the file: programs write there what nobody meant to publish.
_TOLD = ("artist", "album", "album_artist", "composer", "genre", "date", "track", "disc", "copyright")


def start_describing(*, item_id: UUID) -> None:
    """Queues the reading of the item's file, once. Called when all of its ladder has begun, so that it is never in the way of that."""
    item = Item.objects.filter(pk=item_id, described_at=None, asset__isnull=False).only("owner_id", "asset_id").first()
    if item is None:
        return
    with suppress(TooManyJobs):  # who makes it play must not fail because of it
        submit(
            kind=DESCRIBE,
            params=DescribeParams(item_id=item_id),
            owner_id=item.owner_id,
            subject=f"media.asset:{item.asset_id}",
            priority=Priority.HIGH,
            idempotency_key=f"{DESCRIBE}:{item_id}",
        )


def keep_words(*, item_id: UUID, tags: Tags, chapters: Sequence[ChapterMark], still_mine: Callable[[], None]) -> None:
    """Writes tags and chapters down, once; chapters that somebody has made meanwhile stay."""
    with transaction.atomic():
        still_mine()
        item = Item.objects.select_for_update().filter(pk=item_id, described_at=None).first()
        if item is None:
            return
        item.tags = told_tags(tags)
        item.chapters = item.chapters or told_chapters(chapters)
        item.described_at = timezone.now()
        item.save(update_fields=["tags", "chapters", "described_at", "updated_at"])
        publish(item.topic, "item.changed", ref=item.pk)


def told_tags(tags: Tags) -> dict[str, str]:
    """What of a file's tags is told to everyone who sees the item."""
    return {name: words for name in _TOLD if (words := getattr(tags, name))}


def told_chapters(chapters: Sequence[ChapterMark]) -> list[dict[str, Any]]:
    """Every chapter gets a title."""
    return [
        {"start_ms": mark.start_ms, "title": mark.title or f"Chapter {number}"}
        for number, mark in enumerate(chapters, 1)
    ]


def keep_cover(*, item_id: UUID, picture: Picture, still_mine: Callable[[], None]) -> bool:
    """Makes the picture the item's cover, unless a person has chosen one. Files come before the row, old ones go after."""
    origin = CoverOrigin.EMBEDDED if picture.embedded else CoverOrigin.FRAME
    with transaction.atomic():
        still_mine()
        item = Item.objects.select_for_update().filter(pk=item_id).first()
        if item is None or item.cover_origin == CoverOrigin.UPLOADED:
            return False
        place_cover(item=item, picture=picture, origin=origin)
    return True
