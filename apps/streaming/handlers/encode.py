"""The parts of a publication that cost time: first seconds, chunks of pictures, packets as they are, tracks of sound."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.media.errors import ProgramError, ProgramFailed, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.run import Check, Progress
from apps.media.sound.meter import SoundMeter
from apps.streaming.conf import streaming
from apps.streaming.encode.codecs import Device
from apps.streaming.encode.parts import BadOutput, Part
from apps.streaming.encode.pictures import pictures_of
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.plan import AudioPlan
from apps.streaming.services.beside import keep_sound
from apps.streaming.services.commit import Attempt, commit_parts, missing
from apps.streaming.services.encode import Watcher, copy_video, encode_audio, encode_chunk, encode_lead
from apps.streaming.services.offer import refresh_offer
from apps.streaming.services.progressive import keep_whole_file, make_whole_file
from apps.streaming.work import (
    COPIED,
    COPY_VIDEO,
    ENCODE_AUDIO,
    ENCODE_CHUNK,
    ENCODE_LEAD,
    AudioParams,
    ChunkParams,
    GenerationParams,
)

_STAGE = "Encoding"
_DONE = {"committed": True}
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
            keeper = _Keeper(generation, 0, ctx)
            lowest = pictures_of(generation.what_to_make).lowest
            if not missing(generation=generation, names=[lowest.name], index=0):
                return _DONE
            watcher = _watcher(ctx, generation, check)
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
        return _DONE


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
                make_chunk(generation, params.index, ctx, check)
            except _CURABLE as error:
                return _fault(error, generation)
        return _DONE


def make_chunk(generation: Generation, index: int, ctx: JobContext, check: Check, device: Device | None = None) -> None:
    """Encodes and commits what is missing of one chunk. Raises what `encode_chunk` and `commit_parts` raise."""
    whole = generation.what_to_make
    plan = pictures_of(whole)
    names = missing(generation=generation, names=[rung.name for rung in plan.encoded], index=index)
    if not names:
        return
    keeper = _Keeper(generation, index, ctx)
    parts = encode_chunk(
        generation=generation,
        rungs=[rung for rung in plan.encoded if rung.name in names],
        index=index,
        folder=ctx.folder,
        watcher=_watcher(ctx, generation, check, plan.chunk_frames if plan.chunks > 1 else 0),
        keep=keeper.keep if plan.chunks == 1 else None,
        device=device,
    )
    keeper.finish(parts)


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
                return _DONE
            keeper = _Keeper(generation, 0, ctx)
            watcher = _watcher(ctx, generation, check)
            try:
                keeper.finish([copy_video(generation=generation, folder=ctx.folder, watcher=watcher, keep=keeper.keep)])
            except (BadOutput, ProgramFailed, ProgramStalled, ProgramTooSlow) as error:
                return {"fault": COPIED, "detail": str(error)}
        return _DONE


@register
class EncodeAudio(Handler[AudioParams]):
    """One track of sound into all its rungs. The main track is measured in the same pass."""

    kind = ENCODE_AUDIO
    queue = Queue.CPU
    params_type = AudioParams
    title = "Encode the sound"

    def run(self, params: AudioParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly(), encoder_slot(ctx) as check:
            generation = open_generation(params.generation_id)
            track = next(track for track in generation.what_to_make.audio if track.number == params.track)
            if not missing(generation=generation, names=[rung.name for rung in track.rungs], index=0):
                return _DONE
            try:
                self._encode(generation, track, ctx, check)
            except BadOutput as error:
                return _fault(error, generation)
        return _DONE

    def _encode(self, generation: Generation, track: AudioPlan, ctx: JobContext, check: Check) -> None:
        """What lies beside is kept before the track counts as complete, so that no attempt after this one misses it."""
        keeper = _Keeper(generation, 0, ctx)
        measured = SoundMeter(ctx.folder / "measured", track.sample_rate) if track.main else nullcontext()
        with measured as meter:
            parts = encode_audio(
                generation=generation,
                track=track,
                folder=ctx.folder,
                watcher=_watcher(ctx, generation, check),
                keep=keeper.keep,
                meter=meter,
            )
            if meter:
                sound = meter.finish()
                persist(lambda: keep_sound(generation=generation, sound=sound, attempt=keeper.attempt))
        if track.main and generation.what_to_make.video is None:
            keeper.keep(parts)
            file = make_whole_file(generation=generation, parts=parts, folder=ctx.folder, check=check)
            persist(lambda: keep_whole_file(generation=generation, file=file, attempt=keeper.attempt))
        keeper.finish(parts)


class _Keeper:
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


def _fault(error: Exception, generation: Generation) -> dict[str, Any]:
    """Told to the publication where a simpler plan is left; else raised."""
    if generation.what_to_make.as_simple_as_it_gets:
        raise error
    return {"fault": getattr(error, "code", "stalled"), "detail": str(error)}


def _watcher(ctx: JobContext, generation: Generation, check: Check, frames: int = 0) -> Watcher:
    """Progress in frames where their number is known, else in milliseconds of media."""
    total = frames or generation.what_to_make.duration_ms

    def report(now: Progress) -> None:
        done = now.frames if frames else now.out_time_us // 1000
        ctx.progress(min(max(done, 0), total), total, stage=_STAGE, rate=now.speed or None)

    return Watcher(on_progress=report, check=check)
