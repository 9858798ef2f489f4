"""The end of a generation: measured, given playlists, and shown to players in one step; or given up."""

import shutil
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.catalog.services.prepare import mark_failed, mark_ready
from apps.core.realtime.hub import publish as tell
from apps.core.state import transition
from apps.media import disk
from apps.streaming.enums import MOVES, RenditionKind, State
from apps.streaming.models import Generation, Rendition
from apps.streaming.playlists import Bandwidth, Sound, Variant, master_playlist, measure, media_playlist
from apps.streaming.services.commit import GenerationGone
from apps.streaming.services.judge import whole_of
from apps.streaming.validator import Whole

_MEASURED = ("bandwidth", "average_bandwidth", "segments", "samples", "size_bytes", "updated_at")


def publish_generation(*, generation: Generation, still_mine: Callable[[], None]) -> None:
    """Writes the playlists and moves the pointer. Until the commit players get what they had. Safe to repeat."""
    wholes = {rendition: whole_of(rendition) for rendition in generation.renditions.order_by("name")}
    for rendition, whole in wholes.items():
        _measure(rendition, whole)
        text = media_playlist(whole.segments, whole.timescale)
        disk.write(generation.folder / rendition.name / "playlist.m3u8", text)
    disk.write(generation.folder / "master.m3u8", _master(wholes))
    longest = max(sum(s.ticks for s in whole.segments) / whole.timescale for whole in wholes.values())
    with transaction.atomic():
        still_mine()
        Rendition.objects.bulk_update(wholes, _MEASURED)
        _move_pointer(generation)
        mark_ready(item_id=generation.item_id, duration_ms=round(longest * 1000))
        tell(f"item:{generation.item_id}", "stream.published", ref=generation.pk, version=generation.number)


def give_up(*, item_id: UUID, code: str, sentence: str) -> None:
    """Publication has failed for good: the unfinished generation ends. The source and older streams stay."""
    with transaction.atomic():
        for generation in Generation.objects.of_item(item_id).encoding():
            if transition(
                Generation.objects.filter(pk=generation.pk),
                moves=MOVES,
                sources=[State.ENCODING],
                target=State.FAILED,
                trouble=sentence[:500],
            ):
                transaction.on_commit(partial(shutil.rmtree, generation.folder, ignore_errors=True))
        mark_failed(item_id=item_id, code=code, sentence=sentence)


def _move_pointer(generation: Generation) -> None:
    now = timezone.now()
    others = Generation.objects.of_item(generation.item_id).published().exclude(pk=generation.pk)
    transition(others, moves=MOVES, sources=[State.PUBLISHED], target=State.RETIRED, retired_at=now)
    own = Generation.objects.filter(pk=generation.pk)
    moved = transition(own, moves=MOVES, sources=[State.ENCODING], target=State.PUBLISHED, published_at=now)
    if not moved and not own.published().exists():
        raise GenerationGone


def _measure(rendition: Rendition, whole: Whole) -> None:
    bandwidth = measure(whole.segments, whole.timescale)
    rendition.bandwidth, rendition.average_bandwidth = bandwidth.peak, bandwidth.average
    rendition.segments, rendition.samples = len(whole.segments), whole.samples
    rendition.size_bytes = sum(segment.size_bytes for segment in whole.segments)
    rendition.updated_at = timezone.now()


def _master(renditions: Mapping[Rendition, Whole]) -> str:
    """Sound stands beside pictures as a group of its own; where there are none, it is the variant."""
    pictures = [_variant(row) for row in renditions if row.kind == RenditionKind.VIDEO]
    sounds = [row for row in renditions if row.kind == RenditionKind.AUDIO]
    if pictures:
        return master_playlist(pictures, [_sound(row) for row in sounds])
    return master_playlist([_variant(row) for row in sounds], [])


def _bandwidth(row: Rendition) -> Bandwidth:
    return Bandwidth(peak=row.bandwidth or 0, average=row.average_bandwidth or 0)


def _variant(row: Rendition) -> Variant:
    rate = Fraction(row.rate_num, row.rate_den) if row.rate_num and row.rate_den else None
    return Variant(row.name, row.codecs, _bandwidth(row), row.width, row.height, rate)


def _sound(row: Rendition) -> Sound:
    return Sound(row.name, row.codecs, _bandwidth(row), row.channels or 2, row.language, row.title)
