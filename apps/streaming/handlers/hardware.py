"""Chunks of which a graphics card encodes some rungs, and the tests that say which cards are to be trusted."""

from contextlib import AbstractContextManager
from typing import Any

from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.media.encoders import encoder_slot
from apps.media.errors import ProgramError, ProgramKilled
from apps.streaming.conf import chunks_per_card
from apps.streaming.encode.codecs import Device
from apps.streaming.encode.codecs.base import NoDevice
from apps.streaming.encode.parts import BadOutput
from apps.streaming.encode.pictures import pictures_of
from apps.streaming.encode.trial import explain
from apps.streaming.handlers.encode import make_chunk
from apps.streaming.handlers.parts import open_generation
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.services.trust import host, trusted_device
from apps.streaming.work import ENCODE_CHUNK_GPU, HARDWARE, ChunkParams

_NOBODY = "no worker for graphics cards took it within half a minute"
# A driver that crashes takes FFmpeg with it, which looks like a kill from outside. Twice is no accident.
_KILLS = 2


@register
class EncodeChunkGpu(Handler[ChunkParams]):
    """One chunk for all rungs, with a card. Whatever goes wrong with the card is told, and the CPU makes it instead."""

    kind = ENCODE_CHUNK_GPU
    queue = Queue.GPU
    falls_back_to = Queue.CPU
    params_type = ChunkParams
    title = "Encode a piece of video on a graphics card"

    def run(self, params: ChunkParams, ctx: JobContext) -> dict[str, Any]:
        if ctx.queue != self.queue:
            return _fault(_NOBODY)
        with told_plainly():
            generation = open_generation(params.generation_id)
            try:
                device = _device(generation, params.index)
                with _place(ctx, device), encoder_slot(ctx) as check:
                    return make_chunk(generation, params.index, ctx, check, device)
            except NoDevice as error:
                return _fault(str(error))
            except ProgramKilled as error:
                if ctx.attempt < _KILLS:
                    raise
                return _fault(f"it {error}")
            except ProgramError as error:
                return _fault(explain(error.stderr, str(error)))
            except BadOutput as error:
                return _fault(str(error))


def _device(generation: Generation, turn: int) -> Device:
    rungs = pictures_of(generation.what_to_make).encoded
    return trusted_device(encoders=sorted({rung.encoder for rung in rungs if rung.hardware}), turn=turn)


def _place(ctx: JobContext, device: Device) -> AbstractContextManager[None]:
    return ctx.slot(f"encoder:{host()[:40]}:{device.name}"[:80], capacity=chunks_per_card())


def _fault(detail: str) -> dict[str, Any]:
    return {"fault": HARDWARE, "detail": detail}
