"""From a file to a stream, top to bottom."""

from typing import Any
from uuid import UUID

from apps.catalog.models import Item
from apps.core.errors import NotFound
from apps.jobs.contract import Child, Handler, JobContext, register
from apps.jobs.enums import Priority, Queue
from apps.jobs.errors import JobError
from apps.jobs.persistence import persist
from apps.media.services.examine import examine_asset
from apps.streaming.enums import State
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.models import Generation
from apps.streaming.services.judge import count_frames, judge
from apps.streaming.services.plan import start_again_in_one_chunk, start_generation
from apps.streaming.services.publish import publish_generation
from apps.streaming.validator import Fault
from apps.streaming.work import ENCODE_AUDIO, ENCODE_CHUNK, PUBLISH, AudioParams, ChunkParams, PublishParams


@register
class Publish(Handler[PublishParams]):
    """Probe, plan, encode in parts, check, publish. A source that cannot be cut is encoded again in one piece."""

    kind = PUBLISH
    queue = Queue.DEFAULT
    params_type = PublishParams
    title = "Prepare for streaming"

    def run(self, params: PublishParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly():
            generation = self._plan(params.item_id, ctx)
            if generation.state == State.PUBLISHED:  # by an attempt that could not say so any more
                return {"generation": generation.number}
            fault = self._make(generation, ctx)
            if fault and fault.one_chunk_helps and generation.what_to_make.chunks > 1:
                generation = start_again_in_one_chunk(generation=generation, reason=f"{fault.code}: {fault.detail}")
                fault = self._make(generation, ctx)
            if fault:
                sentence = "The stream that came out is not complete, so it was not published."
                raise JobError(f"fault_{fault.code}", sentence, staff_error=fault.detail)
            persist(lambda: publish_generation(generation=generation, still_mine=ctx.still_mine))
        return {"generation": generation.number}

    def _plan(self, item_id: UUID, ctx: JobContext) -> Generation:
        item = Item.objects.select_related("asset").filter(pk=item_id, trashed_at=None).first()
        if item is None or item.asset is None:
            raise NotFound("This item is gone.")
        probe = examine_asset(asset=item.asset, check=ctx.check)
        return start_generation(item_id=item_id, job_id=ctx.job_id, probe=probe)

    def _make(self, generation: Generation, ctx: JobContext) -> Fault | None:
        """Encodes all parts and judges the whole; returns what is wrong with it, if anything is."""
        outcomes = ctx.gather(f"encode g{generation.number}", _parts(generation))
        for outcome in outcomes:
            if fault := outcome.result.get("fault"):
                return Fault(fault, str(outcome.result.get("detail", "")), one_chunk_helps=True)
        fewest, most = ctx.step(
            f"count g{generation.number}", lambda: count_frames(generation=generation, check=ctx.check)
        )
        return judge(generation=generation, frames=range(fewest, most + 1))


def _parts(generation: Generation) -> list[Child]:
    """The first chunk goes on the express turn; sound comes before the other chunks, because every player needs it."""
    plan = generation.what_to_make
    sound = [
        Child(
            kind=ENCODE_AUDIO,
            params=AudioParams(generation_id=generation.pk, name=track.name),
            key=track.name,
            priority=Priority.HIGH,
            weight=1,
        )
        for track in plan.audio
    ]
    chunks = [
        Child(
            kind=ENCODE_CHUNK,
            params=ChunkParams(generation_id=generation.pk, index=index),
            key=f"chunk{index}",
            express=index == 0,
            weight=10,
        )
        for index in range(plan.chunks)
    ]
    return [*chunks[:1], *sound, *chunks[1:]]
