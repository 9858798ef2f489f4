"""What a person does about the work on an item's streams: stops it, or has it tried again."""

from apps.catalog.models import Item
from apps.core.errors import Conflict
from apps.jobs.enums import ENDED, State
from apps.jobs.models import Job
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry
from apps.streaming.services.again import encode_again
from apps.streaming.work import PUBLISH


def publication_of(item: Item) -> Job | None:
    """The newest publication of an item. One index range."""
    return Job.objects.roots().filter(kind=PUBLISH, subject=f"catalog.item:{item.pk}").order_by("-id").first()


def stop_publication(*, item: Item, by: object = None) -> Job:
    """Cancels the work on an item's streams. Raises Conflict where none goes on."""
    job = publication_of(item)
    if job is None or job.state in ENDED:
        raise Conflict("Nothing is being encoded.", code="nothing_goes_on")
    return cancel(job_id=job.pk, by=by)


def try_again(*, item: Item, by: object = None) -> Job:
    """Takes up the publication that failed or was cancelled; where its job is forgotten already, begins another one.

    Raises Conflict where nothing has failed.
    """
    if item.trashed_at is not None:
        raise Conflict("This is in the trash.", code="trashed")
    job = publication_of(item)
    if job is None:
        return encode_again(item=item)
    if job.state not in {State.FAILED, State.CANCELLED}:
        raise Conflict("Nothing has failed here.", code="nothing_failed")
    return retry(job_id=job.pk, by=by)
