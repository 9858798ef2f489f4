"""The valid minimum of what the pages show."""

from django.utils import timezone

from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.jobs.enums import Queue
from apps.jobs.models import Job


def make_item(owner, title="A quiet evening", **fields) -> Item:
    """A video that everyone may play, published now."""
    wanted = {
        "kind": Kind.VIDEO,
        "slug": "a-quiet-evening",
        "state": State.READY,
        "published_at": timezone.now(),
        "duration_ms": 62_000,
    }
    return Item.objects.create(owner=owner, title=title, **{**wanted, **fields})


def make_job(item, **fields) -> Job:
    wanted = {"kind": "streaming.publish", "queue": Queue.CPU, "subject": f"catalog.item:{item.pk}"}
    return Job.objects.create(owner=item.owner, **{**wanted, **fields})
