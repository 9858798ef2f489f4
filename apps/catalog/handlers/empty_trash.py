from typing import Any

from django.utils import timezone

from apps.catalog.services.empty_trash import empty_collections, empty_trash
from apps.catalog.services.policy import collect_policies
from apps.catalog.work import EMPTY_TRASH, EmptyTrashParams
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue


@register
class EmptyTrash(Handler[EmptyTrashParams]):
    """Asked for by the clock. What nothing names any more of policies goes along."""

    kind = EMPTY_TRASH
    queue = Queue.IO
    params_type = EmptyTrashParams
    title = "Empty the trash"

    def run(self, params: EmptyTrashParams, ctx: JobContext) -> dict[str, Any]:
        now = timezone.now()
        return {
            "items": empty_trash(now=now, check=ctx.check),
            "collections": empty_collections(now=now, check=ctx.check),
            "policies": collect_policies(now=now, check=ctx.check),
        }
