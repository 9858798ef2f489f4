"""The parts of a publication that cost most: first seconds, chunks of pictures, packets as they are."""

from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.media.encoders import encoder_slot
from apps.media.errors import ProgramError, ProgramFailed, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.run import Check
from apps.streaming.conf import streaming
from apps.streaming.encode.codecs import Device
from apps.streaming.encode.parts import BadOutput
from apps.streaming.encode.pictures import pictures_of
from apps.streaming.handlers.parts import DONE, Keeper, done, fault_told, open_generation, watcher_of
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.services.commit import missing
from apps.streaming.services.encode import copy_video, encode_chunk, encode_lead
from apps.streaming.work import COPIED, COPY_VIDEO, ENCODE_CHUNK, ENCODE_LEAD, ChunkParams, GenerationParams

# What a simpler plan may cure: it is told in the result, so that the publication can go on.
_CURABLE = (BadOutput, ProgramStalled, ProgramTooSlow)


@register
class EncodeLead(Handler[GenerationParams]):
    """The beginning of the lowest rung with its sound, published segment by segment. Never fails a publication."""

    kind = ENCODE_LEAD
    queue = Queue.CPU
    params_type = GenerationParams
    title = "Encode the first seconds"

    def run(self, params: GenerationParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = open_generation(params.generation_id)
            keeper = Keeper(generation, 0, ctx)
            lowest = pictures_of(generation.what_to_make).lowest
            if not missing(generation=generation, names=[lowest.name], index=0):
                return DONE
            watcher = watcher_of(ctx, generation, check)
            try:
                parts = encode_lead(
                    generation=generation,
                    folder=ctx.folder,
                    watcher=watcher,
                    keep=keeper.keep,
                    wall_s=streaming().lead_wall_s,
                )
            except (BadOutput, ProgramError) as error:
                return {"trouble": str(error)}  # the chunks will tell whether it is the source's
            if parts:
                keeper.finish(parts)
        return DONE


@register
class EncodeChunk(Handler[ChunkParams]):
    """Encodes one chunk for all rungs. A chunk that shows that the source cannot be cut says so in its result."""

    kind = ENCODE_CHUNK
    queue = Queue.CPU
    params_type = ChunkParams
    title = "Encode a piece of video"

    def run(self, params: ChunkParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = open_generation(params.generation_id)
            try:
                return make_chunk(generation, params.index, ctx, check)
            except _CURABLE as error:
                return fault_told(error, generation)


def make_chunk(
    generation: Generation, index: int, ctx: JobContext, check: Check, device: Device | None = None
) -> dict[str, Any]:
    """Encodes and commits what is missing of one chunk. Raises what `encode_chunk` and `commit_parts` raise."""
    whole = generation.what_to_make
    plan = pictures_of(whole)
    names = missing(generation=generation, names=[rung.name for rung in plan.encoded], index=index)
    if not names:
        return DONE
    watcher = watcher_of(ctx, generation, check, plan.chunk_frames if plan.chunks > 1 else 0)
    keeper = Keeper(generation, index, ctx)
    parts = encode_chunk(
        generation=generation,
        rungs=[rung for rung in plan.encoded if rung.name in names],
        index=index,
        folder=ctx.folder,
        watcher=watcher,
        keep=keeper.keep,
        device=device,
    )
    keeper.finish(parts)
    return done(watcher)


@register
class CopyVideo(Handler[GenerationParams]):
    """The source's packets as the top rung."""

    kind = COPY_VIDEO
    queue = Queue.CPU
    params_type = GenerationParams
    title = "Cut the video"

    def run(self, params: GenerationParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = open_generation(params.generation_id)
            (rung,) = pictures_of(generation.what_to_make).copied
            if not missing(generation=generation, names=[rung.name], index=0):
                return DONE
            keeper = Keeper(generation, 0, ctx)
            watcher = watcher_of(ctx, generation, check)
            try:
                keeper.finish([copy_video(generation=generation, folder=ctx.folder, watcher=watcher, keep=keeper.keep)])
            except (BadOutput, ProgramFailed, ProgramStalled, ProgramTooSlow) as error:
                return {"fault": COPIED, "detail": str(error)}
        return DONE
