"""The same for what lives in S3: streams that nobody can play any more, and copies at the place that was moved away from."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Q

from apps.catalog.models import Item
from apps.media.enums import Place
from apps.media.services.collect import drop_other_copies
from apps.media.services.move import due_before
from apps.media.storage.places import bucket
from apps.streaming.conf import RETIRED_KEPT
from apps.streaming.enums import MOVABLE, State
from apps.streaming.models import Generation, streams_prefix

_BATCH = 200


def collect_objects(*, now: datetime, check: Callable[[], None]) -> int:
    """Returns how many folders were cleared, here or in S3. Raises StorageTrouble; the rest waits for the next time.

    Costs a listing of the bucket's folders, a thousand items a request.
    """
    cleared = drop_other_copies(
        Generation.objects.filter(state__in=MOVABLE), now=now, clear=_clear, prefix=lambda row: row.prefix, check=check
    )
    gone = Q(storage=Place.S3) | Q(other_copy=True)
    for row in Generation.objects.filter(gone, state=State.COLLECTED, moved_at__lt=due_before(now)):
        check()
        bucket().remove_all(row.prefix)
        Generation.objects.filter(pk=row.pk).update(storage=Place.LOCAL, other_copy=False)
        cleared += 1
    for prefix in _orphans(now):
        check()
        bucket().remove_all(prefix)
        cleared += 1
    return cleared


def _clear(generation: Generation) -> bool:
    """What players are being sent goes on: it is open."""
    shutil.rmtree(generation.folder, ignore_errors=True)
    return not generation.folder.exists()


def _orphans(now: datetime) -> Iterator[str]:
    """Folders of items that are gone, if nothing in them is younger than a day."""
    folders = (name for name in bucket().folders("streams/") if _is_uuid(name))
    while batch := list(islice(folders, _BATCH)):
        there = {str(pk) for pk in Item.objects.filter(pk__in=batch).values_list("pk", flat=True)}
        for name in batch:
            prefix = streams_prefix(UUID(name))
            if name not in there and all(one.modified_at < now - RETIRED_KEPT for one in bucket().listing(prefix)):
                yield prefix


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
