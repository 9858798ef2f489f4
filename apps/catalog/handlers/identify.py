from typing import Any

from apps.catalog.services.identify import settle_bytes
from apps.catalog.work import IDENTIFY, IdentifyParams
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.handlers.move import storage_told
from apps.media.models import Asset
from apps.media.services.identify import hash_file
from apps.media.services.local import local_copy


@register
class Identify(Handler[IdentifyParams]):
    """Hashes a stored file. Runs beside its publication and never touches it."""

    kind = IDENTIFY
    queue = Queue.IO
    params_type = IdentifyParams
    title = "Look whether this file is here already"

    def run(self, params: IdentifyParams, ctx: JobContext) -> dict[str, Any]:
        asset = Asset.objects.stored().filter(pk=params.asset_id).first()
        if asset is None:
            return {}
        sha256 = ctx.step("hash", lambda: self._hash(asset, ctx))
        kept = persist(lambda: settle_bytes(asset_id=asset.pk, sha256=sha256, still_mine=ctx.still_mine))
        return {"sha256": sha256, "asset": str(kept), "known": kept != asset.pk}

    def _hash(self, asset: Asset, ctx: JobContext) -> str:
        try:
            with storage_told(), local_copy(asset, check=ctx.check) as path:
                return hash_file(
                    path, tell=lambda done: ctx.progress(done, max(done, asset.size_bytes), stage="Reading")
                )
        except FileNotFoundError as error:
            raise JobError("file_gone", "This file is no longer there.", staff_error=str(error)) from error
        except OSError as error:
            raise JobError(
                "file_unreadable", "This file cannot be read.", retryable=True, staff_error=str(error)
            ) from error
