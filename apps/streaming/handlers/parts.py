"""What all jobs that encode a part share: the generation, progress, keeping what is finished, and telling of faults."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apps.jobs.contract import JobContext
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.ffmpeg.run import Check, Progress
from apps.streaming.encode.parts import Part
from apps.streaming.models import Generation
from apps.streaming.services.commit import Attempt, commit_parts
from apps.streaming.services.encode import Watcher
from apps.streaming.services.offer import refresh_offer

STAGE = "Encoding"
DONE = {"committed": True}


class Keeper:
    """Commits what is finished, and lets players have it."""

    def __init__(self, generation: Generation, index: int, ctx: JobContext) -> None:
        self.generation = generation
        self.index = index
        self.attempt = Attempt(job_id=ctx.job_id, epoch=ctx.epoch, still_mine=ctx.still_mine)

    def keep(self, parts: Sequence[Part]) -> None:
        self._commit(parts, complete=False)

    def finish(self, parts: Sequence[Part]) -> None:
        self._commit(parts, complete=True)

    def _commit(self, parts: Sequence[Part], *, complete: bool) -> None:
        if not parts:
            return
        persist(
            lambda: commit_parts(
                generation=self.generation, index=self.index, parts=parts, attempt=self.attempt, complete=complete
            )
        )
        persist(lambda: refresh_offer(generation_id=self.generation.pk))


def open_generation(generation_id: UUID) -> Generation:
    """The generation, if it is still being made. Raises JobError."""
    found = Generation.objects.select_related("item__asset").open().filter(pk=generation_id).first()
    if found is None:
        raise JobError("superseded", "This was no longer needed.")
    return found


def done(watcher: Watcher) -> dict[str, Any]:
    """Told with how often the decoder complained: an end that it could not read is then not missed."""
    return {**DONE, "complaints": len(watcher.complaints)}


def fault_told(error: Exception, generation: Generation) -> dict[str, Any]:
    """Told to the publication where a simpler plan is left; else raised."""
    if generation.what_to_make.as_simple_as_it_gets:
        raise error
    return {"fault": getattr(error, "code", "stalled"), "detail": str(error)}


def watcher_of(ctx: JobContext, generation: Generation, check: Check, frames: int = 0) -> Watcher:
    """Progress in frames where their number is known, else in milliseconds of media. `check` is the encoder slot's."""
    total = frames or generation.what_to_make.duration_ms

    def report(now: Progress) -> None:
        done = now.frames if frames else now.out_time_us // 1000
        ctx.progress(min(max(done, 0), total), total, stage=STAGE, rate=now.speed or None)

    return Watcher(on_progress=report, check=check)
