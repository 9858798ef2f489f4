"""Jobs of the files themselves, and of those that are on their way."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.errors import AppError
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue, State
from apps.jobs.errors import JobError
from apps.jobs.services.submit import TooManyJobs
from apps.media.errors import DiskFull, ProgramError
from apps.media.handlers.move import storage_told
from apps.media.services.collect import collect_removed_assets, drop_other_assets
from apps.media.services.sweep_pictures import sweep_pictures
from apps.media.services.uploads.expire import expire_uploads
from apps.media.services.uploads.remove import fail_upload
from apps.media.services.uploads.take_in import take_in_upload
from apps.media.work import COLLECT, EXPIRE, TAKE_IN, CollectParams, ExpireParams, UploadParams

_CANCELLED = "Checking this file was cancelled."


@register
class Collect(Handler[CollectParams]):
    """Asked for by the clock. Pictures that nothing has any more go along."""

    kind = COLLECT
    queue = Queue.IO
    params_type = CollectParams
    title = "Delete files that were removed"

    def run(self, params: CollectParams, ctx: JobContext) -> dict[str, Any]:
        with storage_told():
            collected = collect_removed_assets(check=ctx.check)
            dropped = drop_other_assets(check=ctx.check)
            pictures = sweep_pictures(now=timezone.now(), check=ctx.check)
            return {"collected": collected, "dropped": dropped, "pictures": pictures}


@register
class TakeIn(Handler[UploadParams]):
    """Looks at a file that has arrived, makes it an asset, and lets an item begin."""

    kind = TAKE_IN
    queue = Queue.DEFAULT
    params_type = UploadParams
    title = "Check an uploaded file"

    def run(self, params: UploadParams, ctx: JobContext) -> dict[str, Any]:
        try:
            asset = take_in_upload(upload_id=params.upload_id, still_mine=ctx.still_mine, check=ctx.check)
        except TooManyJobs as error:
            raise JobError(error.code, error.message, retryable=True) from error
        except AppError as error:
            raise JobError(error.code, error.message) from error
        except DiskFull as error:
            sentence = "The disk of this site is full: there is no room to go on."
            raise JobError("disk_full", sentence, retryable=True, staff_error=str(error)) from error
        except (ProgramError, OSError) as error:
            sentence = "Checking this file was interrupted."
            raise JobError("interrupted", sentence, retryable=True, staff_error=str(error)) from error
        return {"asset": str(asset.pk)} if asset else {}


@register
class ExpireUploads(Handler[ExpireParams]):
    """Asked for by the clock."""

    kind = EXPIRE
    queue = Queue.IO
    params_type = ExpireParams
    title = "Remove uploads that were not finished"

    def run(self, params: ExpireParams, ctx: JobContext) -> dict[str, Any]:
        return {"expired": expire_uploads(check=ctx.check)}


def check_ending(*, kind: str, subject: str, state: str, code: str, sentence: str, **_: Any) -> None:
    """Receiver of `apps.jobs.signals.job_ending`: however the look at a file ends without success, its upload has failed."""
    if kind == TAKE_IN and state in {State.FAILED, State.CANCELLED}:
        upload_id = UUID(subject.rpartition(":")[2])
        fail_upload(upload_id=upload_id, code=code or state, sentence=sentence or _CANCELLED)
