from typing import Any

from django.utils import timezone

from apps.catalog.services.empty_trash import empty_trash
from apps.catalog.work import EMPTY_TRASH, EmptyTrashParams
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue


@register
class EmptyTrash(Handler[EmptyTrashParams]):
    """Asked for by the clock."""

    kind = EMPTY_TRASH
    queue = Queue.IO
    params_type = EmptyTrashParams
    title = "Empty the trash"

    def run(self, params: EmptyTrashParams, ctx: JobContext) -> dict[str, Any]:
        return {"items": empty_trash(now=timezone.now(), check=ctx.check)}
