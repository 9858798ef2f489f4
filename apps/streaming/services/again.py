"""Encoding anew what plays already: the viewers go on with what they have until the next generation is complete."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction

from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.streaming.conf import StreamingSettings, streaming
from apps.streaming.models import Generation
from apps.streaming.plan import Plan
from apps.streaming.planning import make_plan
from apps.streaming.services.plan import recipe_of
from apps.streaming.work import PUBLISH, PublishParams

_BATCH = 500


@dataclass(frozen=True)
class Outdated:
    """A published generation that today's settings would make differently, and in which way."""

    generation: Generation
    item: Item
    changes: str


def encode_again(*, item: Item, priority: Priority = Priority.NORMAL) -> Job:
    """Queues another publication of the item's source. Raises Conflict while one is under way, or without a source."""
    return publish_again(item=item, params=PublishParams(item_id=item.pk, again=True), priority=priority)


def publish_again(*, item: Item, params: PublishParams, priority: Priority = Priority.NORMAL) -> Job:
    """Queues a publication that may be one of a part. Raises like `encode_again`."""
    if item.asset_id is None or item.trashed_at:
        raise Conflict("There is no source to encode.", code="no_source")
    subject = f"catalog.item:{item.pk}"
    with transaction.atomic():
        Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
        if Job.objects.live().roots().filter(kind=PUBLISH, subject=subject).exists():
            raise Conflict("This is being encoded already.", code="under_way")
        return submit(
            kind=PUBLISH,
            params=params,
            owner_id=item.owner_id,
            subject=subject,
            priority=priority,
        )


def outdated() -> Iterator[Outdated]:
    """Published generations that today's settings would make differently, oldest item first, without the trash.

    Whatever only looks outdated (other settings, the same result) is noted as up to date in passing. Costs one query for
    every 500 generations of another recipe, and the planning of each (well below a millisecond).
    """
    chosen = streaming()
    recipe = recipe_of(chosen)
    after = None
    while rows := _another_batch(recipe, after):
        after = rows[-1].item_id
        same = []
        for row in rows:
            if changes := _changes(row, chosen):
                yield Outdated(row, row.item, changes)
            else:
                same.append(row.pk)
        Generation.objects.filter(pk__in=same).update(recipe=recipe)


def backfill(*, limit: int | None, dry_run: bool) -> Iterator[Outdated]:
    """Queues new encodings of what is outdated, below all other work; yields each. Those under way are passed over."""
    started = 0
    for found in outdated():
        if limit is not None and started >= limit:
            return
        if not dry_run:
            try:
                encode_again(item=found.item, priority=Priority.LOW)
            except Conflict:
                continue
        started += 1
        yield found


def _another_batch(recipe: str, after: object) -> list[Generation]:
    rows = Generation.objects.published().exclude(recipe=recipe).filter(item__trashed_at=None)
    rows = rows.exclude(item__asset=None).select_related("item__asset").order_by("item_id")
    return list((rows.filter(item_id__gt=after) if after else rows)[:_BATCH])


def _changes(generation: Generation, chosen: StreamingSettings) -> str:
    """What would be different, in words; empty for nothing."""
    asset = generation.item.asset
    if asset is None:
        return ""
    wanted = make_plan(asset.facts, chosen, sample=generation.item.kind == Kind.SAMPLE)
    now, then = _essence(wanted), _essence(generation.what_to_make)
    if now == then:
        return ""
    added, gone = sorted(now.keys() - then.keys()), sorted(then.keys() - now.keys())
    other = sorted(name for name in now.keys() & then.keys() if now[name] != then[name])
    parts = (("adds", added), ("drops", gone), ("changes", other))
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names)


def _essence(plan: Plan) -> dict[str, object]:
    """What a viewer could notice, by rendition: not how it was cut, nor which encoder made it."""
    found: dict[str, object] = {rung.name: (plan.segment_s, rung) for track in plan.audio for rung in track.rungs}
    if plan.video:
        how = (plan.video.segment_frames, plan.video.preset, plan.video.crf, plan.video.b_frames)
        for rung in plan.video.rungs:
            found[rung.name] = (how, replace(rung, encoder="", encoder_note="", copied=False))
    return found | {track.name: track for track in plan.text}
