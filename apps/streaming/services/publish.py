"""The end of a generation: measured, given playlists, and shown to players in one step; or given up."""

import shutil
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.catalog.services.prepare import mark_failed, mark_ready
from apps.core.realtime.hub import publish as tell
from apps.core.state import transition
from apps.media import disk
from apps.streaming.enums import MOVES, OPEN, Offer, RenditionKind, State
from apps.streaming.master import master_of
from apps.streaming.models import Generation, Rendition
from apps.streaming.playlists import measure, media_playlist, target_duration
from apps.streaming.services.commit import GenerationGone
from apps.streaming.services.wholes import seconds, wholes_of
from apps.streaming.signals import generation_published
from apps.streaming.validator import Whole

_MEASURED = ("bandwidth", "average_bandwidth", "segments", "samples", "size_bytes", "updated_at")


def publish_generation(*, generation: Generation, still_mine: Callable[[], None]) -> None:
    """Writes the playlists and moves the pointer. Until the commit players get what they had. Safe to repeat."""
    longest = target_duration(generation.what_to_make.segment_s)
    wholes = wholes_of(generation)
    for rendition, whole in wholes.items():
        _measure(rendition, whole, longest)
    played_s = max(seconds(whole.segments, whole.timescale) for whole in wholes.values())
    with transaction.atomic():
        still_mine()
        # What grew is refreshed under the same lock: whoever comes later finds that it is complete.
        Generation.objects.select_for_update().get(pk=generation.pk)
        for rendition, whole in wholes.items():
            text = media_playlist(whole.segments, whole.timescale, longest=longest)
            disk.write(generation.folder / rendition.name / "playlist.m3u8", text)
        texts = generation.renditions.filter(kind=RenditionKind.TEXT, size_bytes__gt=0)
        disk.write(generation.folder / "master.m3u8", master_of([*wholes, *texts]))
        Rendition.objects.bulk_update(wholes, _MEASURED)
        _move_pointer(generation)
        mark_ready(item_id=generation.item_id, duration_ms=round(played_s * 1000))
        generation_published.send(sender=Generation, generation_id=generation.pk, item_id=generation.item_id)
        tell(f"item:{generation.item_id}", "stream.published", ref=generation.pk, version=generation.number)


def give_up(*, item_id: UUID, code: str, sentence: str) -> None:
    """Publication has failed for good: the unfinished generation ends. The source and older streams stay."""
    with transaction.atomic():
        for generation in Generation.objects.of_item(item_id).open():
            if transition(
                Generation.objects.filter(pk=generation.pk),
                moves=MOVES,
                sources=OPEN,
                target=State.FAILED,
                trouble=sentence[:500],
            ):
                transaction.on_commit(partial(shutil.rmtree, generation.folder, ignore_errors=True))
        mark_failed(item_id=item_id, code=code, sentence=sentence)


def _move_pointer(generation: Generation) -> None:
    others = Generation.objects.of_item(generation.item_id).published().exclude(pk=generation.pk)
    transition(others, moves=MOVES, sources=[State.PUBLISHED], target=State.RETIRED, retired_at=Now())
    own = Generation.objects.filter(pk=generation.pk)
    moved = transition(own, moves=MOVES, sources=OPEN, target=State.PUBLISHED, published_at=Now(), offer=Offer.ALL)
    if not moved and not own.published().exists():
        raise GenerationGone


def _measure(rendition: Rendition, whole: Whole, longest: int) -> None:
    bandwidth = measure(whole.segments, whole.timescale, longest=longest)
    rendition.bandwidth, rendition.average_bandwidth = bandwidth.peak, bandwidth.average
    rendition.segments, rendition.samples = len(whole.segments), whole.samples
    rendition.size_bytes = sum(segment.size_bytes for segment in whole.segments)
    rendition.updated_at = timezone.now()
