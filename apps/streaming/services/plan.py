"""The beginning of a generation: what to make of an item's source."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.catalog.services.prepare import mark_preparing
from apps.core.errors import NotFound
from apps.core.state import transition
from apps.media.ffmpeg.facts import Probe
from apps.streaming.conf import StreamingSettings, streaming
from apps.streaming.encoders import bind_encoders
from apps.streaming.enums import MOVES, OPEN, RenditionKind, State
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import AudioPlan, Plan, TextPlan, VideoPlan
from apps.streaming.planning import make_plan

# Raise it when the code makes something else of the same source and settings.
_CODE_VERSION = 1
_WITHOUT_EFFECT = frozenset({"chunk_s", "one_chunk_below_s", "lead_wall_s", "encoder"})


def recipe_of(chosen: StreamingSettings) -> str:
    """A digest of all that decides what is made, but not how: generations with another one may be out of date."""
    decisive = {name: value for name, value in asdict(chosen).items() if name not in _WITHOUT_EFFECT}
    return hashlib.sha256(json.dumps([_CODE_VERSION, decisive], sort_keys=True).encode()).hexdigest()


def start_generation(*, item_id: UUID, job_id: UUID, probe: Probe, fits_grid: bool) -> Generation:
    """The generation that this publication works on: the one it has begun (or published) already, else a new one."""
    chosen = streaming()
    with transaction.atomic():
        item = lock_item(item_id)
        if begun := begun_by(item_id=item_id, job_id=job_id):
            return begun
        mark_preparing(item_id=item_id)
        plan = make_plan(probe, chosen, sample=item.kind == Kind.SAMPLE, fits_grid=fits_grid)
        return create_generation(item_id, job_id, bind_encoders(plan, chosen.encoder), recipe_of(chosen), "")


def start_again(*, generation: Generation, plan: Plan, reason: str) -> Generation:
    """Gives up a generation that cannot be completed, and begins the next one by a simpler plan."""
    with transaction.atomic():
        lock_item(generation.item_id)
        transition(
            Generation.objects.filter(pk=generation.pk),
            moves=MOVES,
            sources=OPEN,
            target=State.FAILED,
            trouble=reason[:500],
        )
        mark_preparing(item_id=generation.item_id)
        return create_generation(generation.item_id, generation.job_id, plan, generation.recipe, reason)


def begun_by(*, item_id: UUID, job_id: UUID) -> Generation | None:
    """What an earlier attempt of this publication has begun, if it can still be completed (or has been)."""
    begun = Generation.objects.of_item(item_id).filter(job_id=job_id).order_by("-number").first()
    return None if begun is None or begun.state in {State.FAILED, State.COLLECTED} else begun


def lock_item(item_id: UUID) -> Item:
    """The item, locked for the transaction. Raises NotFound for one that is gone."""
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id, trashed_at=None).first()
    if item is None:
        raise NotFound("This item is gone.")
    return item


def create_generation(item_id: UUID, job_id: UUID | None, plan: Plan, recipe: str, note: str) -> Generation:
    """The item's next generation with the rows of its renditions. The item is locked."""
    last = Generation.objects.of_item(item_id).order_by("-number").values_list("number", flat=True).first()
    made = Generation.objects.create(
        item_id=item_id, job_id=job_id, number=(last or 0) + 1, plan=plan.as_json(), recipe=recipe, note=note[:300]
    )
    pictures = _pictures(made, plan.video) if plan.video else ()
    sound = (row for track in plan.audio for row in _sound(made, track))
    text = (_text(made, track) for track in plan.text)
    Rendition.objects.bulk_create([*pictures, *sound, *text])
    return made


def _pictures(generation: Generation, plan: VideoPlan) -> Iterator[Rendition]:
    for rung in plan.rungs:
        yield Rendition(
            generation=generation,
            name=rung.name,
            kind=RenditionKind.VIDEO,
            encoder=rung.encoder,
            encoder_note=rung.encoder_note[:300],
            cap_kbps=rung.kbps,
            width=rung.width,
            height=rung.height,
            rate_num=plan.rate.num,
            rate_den=plan.rate.den,
        )


def _sound(generation: Generation, track: AudioPlan) -> Iterator[Rendition]:
    for rung in track.rungs:
        yield Rendition(
            generation=generation,
            name=rung.name,
            kind=RenditionKind.AUDIO,
            encoder="aac",
            cap_kbps=rung.kbps,
            channels=rung.channels,
            language=track.language,
            title=track.title,
            main=track.main and rung.channels == track.rungs[0].channels,
        )


def _text(generation: Generation, track: TextPlan) -> Rendition:
    return Rendition(
        generation=generation,
        name=track.name,
        kind=RenditionKind.TEXT,
        encoder="webvtt",
        language=track.language,
        title=track.title,
        forced=track.forced,
        described=track.described,
    )
