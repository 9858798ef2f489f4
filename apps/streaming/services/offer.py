"""Playing while it grows: what is committed becomes playlists, and players hear of it.

Playlists are a function of the rows. Whoever commits something refreshes them under the generation's lock; a crash between
the two is made good by the next refresh.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.catalog.services.describe import start_describing
from apps.catalog.services.prepare import mark_growing
from apps.core.realtime.hub import publish as tell
from apps.core.state import transition
from apps.media import disk
from apps.media.enums import Place
from apps.streaming.enums import MOVES, Offer, State
from apps.streaming.master import master_of
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import Plan
from apps.streaming.playlists import media_playlist, target_duration
from apps.streaming.services.wholes import seconds, wholes_of
from apps.streaming.validator import Whole

_NEARLY = 0.999


def refresh_offer(*, generation_id: UUID) -> None:
    """Lists what has been committed. Does nothing while an older generation plays, or once this one is complete."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update().open().filter(pk=generation_id).first()
        if generation is None or Generation.objects.of_item(generation.item_id).published().exists():
            return
        plan = generation.what_to_make
        wholes = wholes_of(generation)
        _write_media(generation, plan, wholes)
        offer = max(generation.offer, _offer(plan, wholes))
        if offer > generation.offer:
            _write_master(generation, plan, wholes, offer)
            _announce(generation, offer)


def master_text(generation: Generation) -> str | None:
    """What the master playlist says now, where its file is at hand: not in S3, and not while it is being moved."""
    if generation.storage != Place.LOCAL:
        return None
    try:
        return (generation.folder / "master.m3u8").read_text("utf-8")
    except FileNotFoundError:
        return None


def _offer(plan: Plan, wholes: Mapping[Rendition, Whole]) -> int:
    """The lowest rung with its sound as soon as both have a segment; all, once each rung has its whole first chunk."""
    begun = {rendition.name for rendition, whole in wholes.items() if whole.segments}
    if not _lead_names(plan) <= begun:
        return Offer.NOTHING
    if plan.video is None:
        return Offer.ALL if all(whole.segments for whole in wholes.values()) else Offer.NOTHING
    chunk_s = min(float(plan.video.chunk_s), plan.duration_ms / 1000) * _NEARLY
    wide = all(whole.ended or seconds(whole.segments, whole.timescale) >= chunk_s for whole in wholes.values())
    return Offer.ALL if wide else Offer.LEAD


def _lead_names(plan: Plan) -> set[str]:
    """What is needed to play at all."""
    sound = {track.rungs[0].name for track in plan.audio if track.main}
    return sound | ({plan.video.lowest.name} if plan.video else set())


def _write_media(generation: Generation, plan: Plan, wholes: Mapping[Rendition, Whole]) -> None:
    for rendition, whole in wholes.items():
        if whole.segments:
            longest = target_duration(plan.segment_s)
            text = media_playlist(whole.segments, whole.timescale, longest=longest, complete=False)
            disk.write(generation.folder / rendition.name / "playlist.m3u8", text, sync=False)


def _write_master(generation: Generation, plan: Plan, wholes: Mapping[Rendition, Whole], offer: int) -> None:
    """Nothing is measured yet: each rendition is told to need its cap."""
    listed = _lead_names(plan) if offer == Offer.LEAD else {rendition.name for rendition in wholes}
    rows = [rendition for rendition in wholes if rendition.name in listed]
    for row in rows:
        row.bandwidth = row.average_bandwidth = row.cap_kbps * 1000
    disk.write(generation.folder / "master.m3u8", master_of(rows, growing=True))


def _announce(generation: Generation, offer: int) -> None:
    own = Generation.objects.filter(pk=generation.pk)
    if transition(own, moves=MOVES, sources=[State.ENCODING], target=State.GROWING, offer=offer, watchable_at=Now()):
        mark_growing(item_id=generation.item_id)
    else:
        own.update(offer=offer, updated_at=Now())
    tell(f"item:{generation.item_id}", "stream.growing", ref=generation.pk, version=offer)
    if offer == Offer.ALL:  # before that, nothing stands in the way of the first pictures
        start_describing(item_id=generation.item_id)
