"""Tracks of sound: encoded, measured in the same pass, and put into one whole file where they are all there is."""

from contextlib import nullcontext
from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.persistence import persist
from apps.media.encoders import encoder_slot
from apps.media.ffmpeg.run import Check
from apps.media.sound.meter import SoundMeter
from apps.streaming.encode.parts import BadOutput
from apps.streaming.handlers.parts import DONE, Keeper, done, fault_told, open_generation, watcher_of
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.plan import AudioPlan
from apps.streaming.services.beside import keep_sound
from apps.streaming.services.commit import missing
from apps.streaming.services.encode import encode_audio
from apps.streaming.services.progressive import keep_whole_file, make_whole_file
from apps.streaming.work import ENCODE_AUDIO, AudioParams


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
                return DONE
            try:
                return self._encode(generation, track, ctx, check)
            except BadOutput as error:
                return fault_told(error, generation)

    def _encode(self, generation: Generation, track: AudioPlan, ctx: JobContext, check: Check) -> dict[str, Any]:
        """What lies beside is kept before the track counts as complete, so that no attempt after this one misses it."""
        keeper, watcher = Keeper(generation, 0, ctx), watcher_of(ctx, generation, check)
        measured = SoundMeter(ctx.folder / "measured", track.sample_rate) if track.main else nullcontext()
        with measured as meter:
            parts = encode_audio(
                generation=generation,
                track=track,
                folder=ctx.folder,
                watcher=watcher,
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
        return done(watcher)
