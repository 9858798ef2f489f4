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
from apps.streaming.plan import Plan
from apps.streaming.services.fit import fits_grid
from apps.streaming.services.judge import count_source, expected_of, judge
from apps.streaming.services.plan import start_again, start_generation
from apps.streaming.services.publish import publish_generation
from apps.streaming.services.renew import start_renewal
from apps.streaming.services.trust import prove_extra_encoders
from apps.streaming.validator import Fault
from apps.streaming.work import (
    COPIED,
    COPY_VIDEO,
    ENCODE_AUDIO,
    ENCODE_CHUNK,
    ENCODE_CHUNK_GPU,
    ENCODE_LEAD,
    EXTRACT_TEXT,
    HARDWARE,
    PUBLISH,
    AudioParams,
    ChunkParams,
    GenerationParams,
    PublishParams,
)

_LONG, _SHORT = 10, 1


@register
class Publish(Handler[PublishParams]):
    """Probe, plan, encode in parts, check, publish. Where cards, copies or cuts fail, it starts again without them."""

    kind = PUBLISH
    queue = Queue.DEFAULT
    params_type = PublishParams
    title = "Prepare for streaming"

    def run(self, params: PublishParams, ctx: JobContext) -> dict[str, Any]:
        with told_plainly():
            generation = self._renewed(params, ctx) if params.renewal else self._plan(params.item_id, ctx)
            if generation.state == State.PUBLISHED:  # by an attempt that could not say so any more
                return {"generation": generation.number}
            fault = self._make(generation, ctx)
            while fault and (simpler := _simpler(generation.what_to_make, fault)):
                generation = start_again(generation=generation, plan=simpler, reason=f"{fault.code}: {fault.detail}")
                fault = self._make(generation, ctx)
            if fault:
                sentence = "The stream that came out is not complete, so it was not published."
                raise JobError(f"fault_{fault.code}", sentence, staff_error=fault.detail)
            persist(lambda: publish_generation(generation=generation, still_mine=ctx.still_mine))
        return {"generation": generation.number}

    def _renewed(self, params: PublishParams, ctx: JobContext) -> Generation:
        ctx.step("encoders", prove_extra_encoders)
        return start_renewal(item_id=params.item_id, job_id=ctx.job_id, rungs=params.rungs, chunk=params.chunk)

    def _plan(self, item_id: UUID, ctx: JobContext) -> Generation:
        item = Item.objects.select_related("asset").filter(pk=item_id, trashed_at=None).first()
        if item is None or item.asset is None:
            raise NotFound("This item is gone.")
        asset = item.asset
        probe = examine_asset(asset=asset, check=ctx.check)
        fits = ctx.step("fits", lambda: fits_grid(asset=asset, check=ctx.check))
        ctx.step("encoders", prove_extra_encoders)
        return start_generation(item_id=item_id, job_id=ctx.job_id, probe=probe, fits_grid=fits)

    def _make(self, generation: Generation, ctx: JobContext) -> Fault | None:
        """Encodes all parts and judges the whole; returns what is wrong with it, if anything is."""
        outcomes = ctx.gather(f"encode g{generation.number}", _parts(generation))
        for outcome in outcomes:
            if fault := outcome.result.get("fault"):
                return Fault(fault, str(outcome.result.get("detail", "")), simpler_helps=True)
        counted = ctx.step(f"count g{generation.number}", lambda: count_source(generation=generation, check=ctx.check))
        # Of a damaged source another way may read more: only the last one's word is taken.
        damaged = generation.what_to_make.as_simple_as_it_gets and any(
            outcome.result.get("complaints") for outcome in outcomes
        )
        fault = judge(generation=generation, expected=expected_of(counted, damaged=damaged))
        if fault and fault.simpler_helps and generation.what_to_make.copied:
            return Fault(COPIED, f"{fault.code}: {fault.detail}", simpler_helps=True)
        return fault


def _simpler(plan: Plan, fault: Fault) -> Plan | None:
    """How to encode the source after this fault, if there is another way."""
    if not fault.simpler_helps or plan.as_simple_as_it_gets:
        return None
    if fault.code == HARDWARE and plan.hardware:
        return plan.on_cpu(f"On the CPU, because of the graphics card: {fault.detail}")
    if fault.code == COPIED and plan.copied:
        return plan.without_copy(f"Encoded, because the source's own pictures did not fit: {fault.detail}")
    return plan.in_one_chunk()


def _parts(generation: Generation) -> list[Child]:
    """In the order of use: the first seconds on the express turn, then sound, which every player needs, then the chunks."""
    plan = generation.what_to_make
    whole = GenerationParams(generation_id=generation.pk)
    parts = [Child(ENCODE_LEAD, whole, "lead", express=True, weight=_SHORT)] if plan.lead else []
    parts += [
        Child(
            ENCODE_AUDIO,
            AudioParams(generation_id=generation.pk, track=track.number),
            f"sound{track.number}",
            priority=Priority.HIGH,
            express=track.main and plan.video is None,
            weight=_SHORT,
        )
        for track in plan.audio
    ]
    if plan.copied:
        parts.append(Child(COPY_VIDEO, whole, "copy", priority=Priority.HIGH, express=not plan.lead, weight=_SHORT))
    if plan.text:
        parts.append(Child(EXTRACT_TEXT, whole, "text", priority=Priority.HIGH, weight=_SHORT))
    kind = ENCODE_CHUNK_GPU if plan.hardware else ENCODE_CHUNK
    return parts + [
        Child(kind, ChunkParams(generation_id=generation.pk, index=index), f"chunk{index}", weight=_LONG)
        for index in range(plan.chunks)
    ]
