"""Jobs of the files themselves."""

from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.media.services.collect import collect_removed_assets
from apps.media.work import COLLECT, CollectParams


@register
class Collect(Handler[CollectParams]):
    """Asked for by the clock."""

    kind = COLLECT
    queue = Queue.IO
    params_type = CollectParams
    title = "Delete files that were removed"

    def run(self, params: CollectParams, ctx: JobContext) -> dict[str, Any]:
        return {"collected": collect_removed_assets(check=ctx.check)}
