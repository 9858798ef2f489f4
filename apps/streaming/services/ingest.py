"""A file that has become an asset becomes an item whose streams are being prepared, wherever it came from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.catalog.enums import HEARD, SEEN, Origin
from apps.catalog.models import Item
from apps.catalog.services.create import create_item
from apps.catalog.services.identify import start_identifying
from apps.core.clock import database_now
from apps.core.errors import Invalid
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.media.models import Asset
from apps.media.names import title_from
from apps.media.services.adopt import take_in_file
from apps.media.signals import Made, Wish
from apps.streaming.work import PUBLISH, PublishParams

if TYPE_CHECKING:
    from apps.accounts.models import User


def ingest_file(
    *, path: Path, title: str, owner: "User | None", kind: str = "", priority: Priority = Priority.NORMAL
) -> tuple[Item, Job]:
    """Probes first: MediaRefused leaves nothing behind. Then file, rows and jobs appear together, or none of them.

    `kind` is one of `catalog.enums.Kind` that fits what is in the file (else Invalid); empty: a video or a track.
    """
    made = take_in_file(path=path, owner=owner, wish=Wish(title, kind, insists=True, priority=priority))
    if made is None:
        raise RuntimeError("nobody has made an item of this asset")
    return Item.objects.get(pk=made.item_id), Job.objects.get(pk=made.job_id)


def asset_is_ready(*, asset: Asset, wish: Wish, **_: Any) -> Made:
    """Receiver of `apps.media.signals.asset_ready`: item, publication and the look for copies. Raises Invalid."""
    item = create_item(
        title=wish.title.strip() or asset.facts.tags.title or title_from(asset.name),
        kind=_fitting(wish, seen=asset.facts.video is not None),
        origin=Origin.UPLOADED,
        owner=asset.owner,
        asset=asset,
        published_at=database_now(),
    )
    job = start_publication(item=item, priority=wish.priority)
    start_identifying(asset=asset)
    return Made(item.pk, item.get_absolute_url(), job.pk)


def _fitting(wish: Wish, *, seen: bool) -> str:
    fitting = SEEN if seen else HEARD
    if wish.kind in fitting:
        return wish.kind
    if wish.kind and wish.insists:
        there = "pictures" if seen else "no pictures"
        names = ", ".join(fitting)
        raise Invalid(f"There are {there} in this file: it can be one of {names}.", code="kind")
    return fitting[0]


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
