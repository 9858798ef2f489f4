"""Pictures for the seek bar, after everything else. Without them the film plays all the same."""

from typing import Any
from uuid import UUID

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.streaming.handlers.parts import watcher_of
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.services.commit import Attempt
from apps.streaming.services.storyboard import keep_storyboard, make_storyboard, want_storyboard
from apps.streaming.work import STORYBOARD, GenerationParams


def storyboard_wanted(*, generation_id: UUID, item_id: UUID, **_: Any) -> None:
    """Receiver of `generation_published`."""
    want_storyboard(generation_id=generation_id, item_id=item_id)


@register
class Storyboard(Handler[GenerationParams]):
    """A generation that was replaced meanwhile needs no pictures any more."""

    kind = STORYBOARD
    queue = Queue.CPU
    params_type = GenerationParams
    title = "Make pictures for the seek bar"

    def run(self, params: GenerationParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = Generation.objects.published().filter(pk=params.generation_id).first()
            if generation is None:
                return {"needed": False}
            if not generation.storyboard:
                watcher = watcher_of(ctx, generation, check)
                made = make_storyboard(generation=generation, folder=ctx.folder, watcher=watcher)
                attempt = Attempt(job_id=ctx.job_id, epoch=ctx.epoch, still_mine=ctx.still_mine)
                persist(lambda: keep_storyboard(generation=generation, made=made, attempt=attempt))
        return {"generation": generation.number}
