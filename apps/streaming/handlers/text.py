"""Subtitles beside the pictures. What goes wrong here costs a track of text, never the film."""

from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.streaming.handlers.parts import open_generation, watcher_of
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.services.commit import Attempt
from apps.streaming.services.text import extract_text, keep_text
from apps.streaming.work import EXTRACT_TEXT, GenerationParams


@register
class ExtractText(Handler[GenerationParams]):
    """All tracks in one pass through the source. Doing it again gives the same."""

    kind = EXTRACT_TEXT
    queue = Queue.CPU
    params_type = GenerationParams
    title = "Read the subtitles"

    def run(self, params: GenerationParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = open_generation(params.generation_id)
            watcher = watcher_of(ctx, generation, check)
            found = extract_text(
                generation=generation, folder=ctx.folder, watcher=watcher, killed_before=ctx.attempt > 1
            )
            attempt = Attempt(job_id=ctx.job_id, epoch=ctx.epoch, still_mine=ctx.still_mine)
            persist(lambda: keep_text(generation=generation, found=found, attempt=attempt))
        return {"kept": [words.track.name for words in found if words.vtt]}
