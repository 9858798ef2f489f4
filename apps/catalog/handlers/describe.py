from typing import Any

from apps.catalog.models import Item
from apps.catalog.services.describe import keep_cover, keep_words
from apps.catalog.work import DESCRIBE, DescribeParams
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.media.errors import MediaRefused, ProgramKilled
from apps.media.handlers.move import storage_told
from apps.media.models import Asset
from apps.media.services.examine import examine_asset
from apps.media.services.local import local_copy
from apps.media.services.picture import picture_of

# A machine that cannot make a picture of this file will not learn it: the rest is worth keeping without.
_TRIES = 2


@register
class Describe(Handler[DescribeParams]):
    """Reads the words first, which cost nothing, and then looks for a picture. Runs beside a publication."""

    kind = DESCRIBE
    queue = Queue.CPU
    params_type = DescribeParams
    title = "Read tags, chapters and cover"

    def run(self, params: DescribeParams, ctx: JobContext) -> dict[str, Any]:
        item = Item.objects.select_related("asset").filter(pk=params.item_id).first()
        if item is None or item.asset is None:
            return {}
        try:
            with storage_told():
                probe = examine_asset(asset=item.asset, check=ctx.check)
        except MediaRefused as error:
            raise JobError(error.code, error.message) from error
        persist(
            lambda: keep_words(item_id=item.pk, tags=probe.tags, chapters=probe.chapters, still_mine=ctx.still_mine)
        )
        return {"cover": self._cover(item, item.asset, ctx)}

    def _cover(self, item: Item, asset: Asset, ctx: JobContext) -> bool:
        """Whether there is one now that comes from the file."""
        try:
            with storage_told(), encoder_slot(ctx) as check, local_copy(asset, check=check) as path:
                found = picture_of(path=path, probe=asset.facts, folder=ctx.folder, check=check)
        except ProgramKilled as error:
            if ctx.attempt >= _TRIES:
                return False
            sentence = "Looking for a picture was interrupted."
            raise JobError("picture_killed", sentence, retryable=True, staff_error=error.stderr) from error
        if found is None:
            return False
        return persist(lambda: keep_cover(item_id=item.pk, picture=found, still_mine=ctx.still_mine))
