"""A file from this machine's disk becomes an item whose streams are being prepared."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from apps.catalog.enums import Kind, Origin
from apps.catalog.models import Item
from apps.catalog.services.create import create_item
from apps.catalog.services.identify import start_identifying
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.media.names import title_from
from apps.media.services.adopt import create_asset, placed_file
from apps.media.services.examine import examine_file
from apps.streaming.work import PUBLISH, PublishParams

if TYPE_CHECKING:
    from apps.accounts.models import User


def ingest_file(*, path: Path, title: str, owner: "User | None") -> tuple[Item, Job]:
    """Probes first: MediaRefused leaves nothing behind. Then file, rows and jobs appear together, or none of them."""
    probe = examine_file(path)
    with placed_file(path, probe) as placed, transaction.atomic():
        asset = create_asset(placed=placed, owner=owner, probe=probe)
        item = create_item(
            title=title.strip() or probe.tags.title or title_from(path.name),
            kind=Kind.VIDEO if probe.video else Kind.TRACK,
            origin=Origin.UPLOADED,
            owner=owner,
            asset=asset,
            published_at=timezone.now(),
        )
        job = start_publication(item=item)
        start_identifying(asset=asset)
        return item, job


def start_publication(*, item: Item) -> Job:
    """Queues the work that turns the item's source into streams. Call it in the transaction that makes the item."""
    return submit(
        kind=PUBLISH,
        params=PublishParams(item_id=item.pk),
        owner_id=item.owner_id,
        subject=f"catalog.item:{item.pk}",
        idempotency_key=f"{PUBLISH}:{item.pk}:first",
    )
