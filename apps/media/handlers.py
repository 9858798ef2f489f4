"""Jobs of the files themselves."""

from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.media.services.collect import collect_removed_assets
from apps.media.work import COLLECT, CollectParams


@register
class Collect(Handler[CollectParams]):
    """Queued by every removal for the time when its file may go; takes all that may go by then."""

    kind = COLLECT
    queue = Queue.IO
    params_type = CollectParams
    title = "Delete files that were removed"

    def run(self, params: CollectParams, ctx: JobContext) -> dict[str, Any]:
        return {"collected": collect_removed_assets(check=ctx.check)}
