"""The beginning of a generation: what to make of an item's source."""

from uuid import UUID

from django.db import transaction

from apps.catalog.models import Item
from apps.catalog.services.prepare import mark_preparing
from apps.core.errors import NotFound
from apps.core.state import transition
from apps.media.ffmpeg.facts import Probe
from apps.streaming.conf import streaming
from apps.streaming.enums import MOVES, RenditionKind, State
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import Plan, make_plan


def start_generation(*, item_id: UUID, job_id: UUID, probe: Probe) -> Generation:
    """The generation that this publication works on: the one it has begun (or published) already, else a new one."""
    with transaction.atomic():
        _lock_item(item_id)
        begun = Generation.objects.of_item(item_id).filter(job_id=job_id).order_by("-number").first()
        if begun and begun.state != State.FAILED:
            return begun
        mark_preparing(item_id=item_id)
        return _create(item_id, job_id, make_plan(probe, streaming()), "")


def start_again_in_one_chunk(*, generation: Generation, reason: str) -> Generation:
    """Gives up a generation whose chunks do not fit together and plans the next one without cuts."""
    with transaction.atomic():
        _lock_item(generation.item_id)
        transition(
            Generation.objects.filter(pk=generation.pk),
            moves=MOVES,
            sources=[State.ENCODING],
            target=State.FAILED,
            trouble=reason[:500],
        )
        note = f"Encoded in one piece, because chunks did not fit: {reason}"
        return _create(generation.item_id, generation.job_id, generation.what_to_make.in_one_chunk(), note)


def _lock_item(item_id: UUID) -> None:
    if Item.objects.select_for_update().filter(pk=item_id, trashed_at=None).values_list("pk").first() is None:
        raise NotFound("This item is gone.")


def _create(item_id: UUID, job_id: UUID | None, plan: Plan, note: str) -> Generation:
    last = Generation.objects.of_item(item_id).order_by("-number").values_list("number", flat=True).first()
    made = Generation.objects.create(
        item_id=item_id, job_id=job_id, number=(last or 0) + 1, plan=plan.as_json(), note=note[:300]
    )
    Rendition.objects.bulk_create([*_pictures(made, plan), *_sound(made, plan)])
    return made


def _pictures(generation: Generation, plan: Plan) -> list[Rendition]:
    if plan.video is None:
        return []
    return [
        Rendition(
            generation=generation,
            name=rung.name,
            kind=RenditionKind.VIDEO,
            width=rung.width,
            height=rung.height,
            rate_num=plan.video.rate.num,
            rate_den=plan.video.rate.den,
        )
        for rung in plan.video.rungs
    ]


def _sound(generation: Generation, plan: Plan) -> list[Rendition]:
    return [
        Rendition(
            generation=generation,
            name=track.name,
            kind=RenditionKind.AUDIO,
            channels=track.channels,
            language=track.language,
            title=track.title,
        )
        for track in plan.audio
    ]
