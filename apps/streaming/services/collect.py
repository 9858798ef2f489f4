"""Removing the files of streams that nobody can play any more. Only by reachability, and only when they are a day old."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.catalog.models import Item
from apps.core.state import transition
from apps.streaming.conf import RETIRED_KEPT
from apps.streaming.enums import MOVES, State
from apps.streaming.models import ChunkOutput, Generation, PlaybackSession
from apps.streaming.querysets import GenerationQuerySet

_BATCH = 200


@dataclass
class Collected:
    generations: int = 0
    folders: int = 0
    sessions: int = 0


def collect_streams(*, now: datetime) -> Collected:
    """Ends what has been retired or has failed for a day, and what lies on the disk without a row.

    Costs an index range per batch, and one directory entry per item.
    """
    done = Collected()
    while rows := list(_due(now)[:_BATCH]):
        done.generations += sum(_collect(row, now) for row in rows)
    for folder in _orphans():
        shutil.rmtree(folder, ignore_errors=True)
        done.folders += 1
    done.sessions, _ = PlaybackSession.objects.filter(expires_at__lt=now - RETIRED_KEPT).delete()
    return done


def _due(now: datetime) -> GenerationQuerySet:
    limit = now - RETIRED_KEPT
    due = Q(state=State.RETIRED, retired_at__lt=limit) | Q(state=State.FAILED, updated_at__lt=limit)
    return Generation.objects.filter(due).order_by("pk")


def _collect(generation: Generation, now: datetime) -> int:
    """Rows first: the gate lets nobody in any more when files begin to disappear."""
    with transaction.atomic():
        moved = transition(
            Generation.objects.filter(pk=generation.pk),
            moves=MOVES,
            sources=[State.RETIRED, State.FAILED],
            target=State.COLLECTED,
            updated_at=now,
        )
        if moved:
            ChunkOutput.objects.filter(generation=generation).delete()
            generation.renditions.all().delete()
            transaction.on_commit(lambda: shutil.rmtree(generation.folder, ignore_errors=True))
    return moved


def _orphans() -> Iterator[Path]:
    """Folders of items that are gone, and of generations that have no row or whose files were to be removed."""
    root = Path(settings.MEDIA_ROOT) / "streams"
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    for start in range(0, len(folders), _BATCH):
        batch = {path.name: path for path in folders[start : start + _BATCH]}
        ids = [UUID(name) for name in batch if _is_uuid(name)]
        there = {str(pk) for pk in Item.objects.filter(pk__in=ids).values_list("pk", flat=True)}
        yield from (path for name, path in batch.items() if name not in there and _is_old(path))
        yield from _orphans_of_items(batch, [pk for pk in ids if str(pk) in there])


def _orphans_of_items(folders: dict[str, Path], ids: list[UUID]) -> Iterator[Path]:
    kept = Generation.objects.filter(item_id__in=ids).exclude(state=State.COLLECTED).values_list("item_id", "number")
    named = {(str(item_id), f"g{number}") for item_id, number in kept}
    for pk in ids:
        for path in folders[str(pk)].iterdir():
            if (str(pk), path.name) not in named and _is_old(path):
                yield path


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _is_old(path: Path) -> bool:
    """Files that a generation is being given are younger than their row may be old."""
    return time.time() - path.stat().st_mtime > RETIRED_KEPT.total_seconds()
