"""Moving sources between storages, and what every job says when a storage does not do its part."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.media.errors import DiskFull, FileGone, StorageTrouble
from apps.media.models import Asset
from apps.media.room import full_disk_told
from apps.media.services.move import Mover, asset_moved, move
from apps.media.work import MOVE_ASSET, MoveAssetParams

# S3 may be away for most of an hour before somebody has to ask for the move again.
MOVE_ATTEMPTS = 12


@contextmanager
def storage_told() -> Iterator[None]:
    """Turns what storages say into JobErrors. All but a file that is lost is worth another try."""
    try:
        with full_disk_told():
            yield
    except StorageTrouble as error:
        raise JobError(error.code, error.message, retryable=True, staff_error=error.detail) from error
    except FileGone as error:
        raise JobError(error.code, error.message) from error
    except DiskFull as error:
        sentence = "The disk of this site is full: there is no room to go on."
        raise JobError("disk_full", sentence, retryable=True, staff_error=str(error)) from error


def mover_of(ctx: JobContext) -> Mover:
    return Mover(ctx.check, ctx.still_mine, lambda done, total: ctx.progress(done, total, stage="Moving"))


@register
class MoveAsset(Handler[MoveAssetParams]):
    """A file that is lost is told as the result, so that the rest of a great move goes on."""

    kind = MOVE_ASSET
    queue = Queue.IO
    params_type = MoveAssetParams
    title = "Move a source to another storage"
    max_attempts = MOVE_ATTEMPTS

    def run(self, params: MoveAssetParams, ctx: JobContext) -> dict[str, Any]:
        asset = Asset.objects.stored().filter(pk=params.asset_id).first()
        if asset is None:
            return {"moved": False}
        try:
            with storage_told():
                return {"moved": move(moved=asset_moved(asset), to=params.to, by=mover_of(ctx))}
        except FileNotFoundError as error:
            return {"moved": False, "lost": str(error)[:300]}
