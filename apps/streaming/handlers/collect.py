"""What the clock asks for."""

from typing import Any

from django.utils import timezone

from apps.jobs.contract import Handler, JobContext, Params, register
from apps.jobs.enums import Queue
from apps.media.handlers.move import storage_told
from apps.media.storage.places import has_bucket
from apps.streaming.services.collect import collect_streams
from apps.streaming.services.collect_objects import collect_objects
from apps.streaming.work import COLLECT


class Nothing(Params):
    """It looks for itself."""


@register
class Collect(Handler[Nothing]):
    kind = COLLECT
    queue = Queue.IO
    params_type = Nothing
    title = "Remove streams that nobody needs any more"

    def run(self, params: Nothing, ctx: JobContext) -> dict[str, Any]:
        now = timezone.now()
        done = collect_streams(now=now)
        found = {"generations": done.generations, "folders": done.folders, "sessions": done.sessions}
        if has_bucket():
            with storage_told():
                found["in_s3"] = collect_objects(now=now, check=ctx.check)
        return found
