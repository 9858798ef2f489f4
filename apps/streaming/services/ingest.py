"""A file from this machine's disk becomes an item whose streams are being prepared."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from apps.catalog.enums import HEARD, SEEN, Origin
from apps.catalog.models import Item
from apps.catalog.services.create import create_item
from apps.catalog.services.identify import start_identifying
from apps.core.clock import database_now
from apps.core.errors import Invalid
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.media.names import title_from
from apps.media.services.adopt import create_asset, placed_file
from apps.media.services.examine import examine_file
from apps.streaming.work import PUBLISH, PublishParams

if TYPE_CHECKING:
    from apps.accounts.models import User


def ingest_file(
    *, path: Path, title: str, owner: "User | None", kind: str = "", priority: Priority = Priority.NORMAL
) -> tuple[Item, Job]:
    """Probes first: MediaRefused leaves nothing behind. Then file, rows and jobs appear together, or none of them.

    `kind` is one of `catalog.enums.Kind` that fits what is in the file (else Invalid); empty: a video or a track.
    """
    probe = examine_file(path)
    kind = _fitting(kind, seen=probe.video is not None)
    with placed_file(path, probe) as placed, transaction.atomic():
        asset = create_asset(placed=placed, owner=owner, probe=probe)
        item = create_item(
            title=title.strip() or probe.tags.title or title_from(path.name),
            kind=kind,
            origin=Origin.UPLOADED,
            owner=owner,
            asset=asset,
            published_at=database_now(),
        )
        job = start_publication(item=item, priority=priority)
        start_identifying(asset=asset)
        return item, job


def _fitting(kind: str, *, seen: bool) -> str:
    fitting = SEEN if seen else HEARD
    if kind and kind not in fitting:
        there = "pictures" if seen else "no pictures"
        names = ", ".join(fitting)
        raise Invalid(f"There are {there} in this file: it can be one of {names}.", code="kind")
    return kind or fitting[0]


def start_publication(*, item: Item, priority: Priority = Priority.NORMAL) -> Job:
    """Queues the work that turns the item's source into streams. Call it in the transaction that makes the item."""
    return submit(
        kind=PUBLISH,
        params=PublishParams(item_id=item.pk),
        owner_id=item.owner_id,
        subject=f"catalog.item:{item.pk}",
        priority=priority,
        idempotency_key=f"{PUBLISH}:{item.pk}:first",
    )
