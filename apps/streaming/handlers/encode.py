"""The parts of a publication that cost time: one chunk of pictures, or one track of sound."""

from typing import Any
from uuid import UUID

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.media.errors import ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.run import Progress
from apps.streaming.encode.parts import BadOutput, Part
from apps.streaming.enums import State
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.services.commit import Attempt, commit_parts, is_committed
from apps.streaming.services.encode import Watcher, encode_audio, encode_chunk
from apps.streaming.work import ENCODE_AUDIO, ENCODE_CHUNK, AudioParams, ChunkParams

_STAGE = "Encoding"


@register
class EncodeChunk(Handler[ChunkParams]):
    """Encodes one chunk for all rungs. A chunk that shows that the source cannot be cut says so in its result."""

    kind = ENCODE_CHUNK
    queue = Queue.CPU
    params_type = ChunkParams
    title = "Encode a piece of video"

    def run(self, params: ChunkParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx):
            generation = _encoding(params.generation_id)
            plan = generation.what_to_make.video
            if plan is None:
                raise JobError("no_pictures", "There are no pictures to encode.")
            if is_committed(generation=generation, names=[rung.name for rung in plan.rungs], index=params.index):
                return {"committed": True}
            watcher = _watcher(ctx, plan.chunk_frames if plan.chunks > 1 else 0, generation)
            try:
                parts = encode_chunk(generation=generation, index=params.index, folder=ctx.folder, watcher=watcher)
                _commit(generation, params.index, parts, ctx)
            except (BadOutput, ProgramStalled, ProgramTooSlow) as error:
                if plan.chunks == 1:
                    raise
                return {"fault": getattr(error, "code", "stalled"), "detail": str(error)}
        return {"committed": True}


@register
class EncodeAudio(Handler[AudioParams]):
    kind = ENCODE_AUDIO
    queue = Queue.CPU
    params_type = AudioParams
    title = "Encode the sound"

    def run(self, params: AudioParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx):
            generation = _encoding(params.generation_id)
            if is_committed(generation=generation, names=[params.name], index=0):
                return {"committed": True}
            part = encode_audio(
                generation=generation, name=params.name, folder=ctx.folder, watcher=_watcher(ctx, 0, generation)
            )
            _commit(generation, 0, [part], ctx)
        return {"committed": True}


def _encoding(generation_id: UUID) -> Generation:
    found = Generation.objects.select_related("item__asset").filter(pk=generation_id, state=State.ENCODING).first()
    if found is None:
        raise JobError("superseded", "This was no longer needed.")
    return found


def _watcher(ctx: JobContext, frames: int, generation: Generation) -> Watcher:
    """Progress in frames where their number is known, else in milliseconds of media."""
    total = frames or generation.what_to_make.duration_ms

    def report(now: Progress) -> None:
        done = now.frames if frames else now.out_time_us // 1000
        ctx.progress(min(max(done, 0), total), total, stage=_STAGE, rate=now.speed or None)

    return Watcher(on_progress=report, check=ctx.check)


def _commit(generation: Generation, index: int, parts: list[Part], ctx: JobContext) -> None:
    attempt = Attempt(job_id=ctx.job_id, epoch=ctx.epoch, still_mine=ctx.still_mine)
    persist(lambda: commit_parts(generation=generation, index=index, parts=parts, attempt=attempt))
