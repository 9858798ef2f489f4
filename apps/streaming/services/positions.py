"""Where people are in what they play: told by players again and again, from several devices, late and more than once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.catalog.access import Viewer
from apps.catalog.models import Item
from apps.catalog.permissions import check_play_item
from apps.streaming.conf import FASTEST, FINISHED_PART, LONGEST_BEAT, OLDEST_BEAT, PLAY_PART
from apps.streaming.models import PlaybackPosition, PlaybackSession

_MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Beat:
    """What a player tells. `at` is its own time; `device` and `seq` make saying it twice the same as saying it once."""

    position_ms: int
    at: datetime
    device: str
    seq: int
    duration_ms: int | None = None
    ended: bool = False


def record_position(*, item: Item, viewer: Viewer, key: str, beat: Beat, now: datetime | None = None) -> bool:
    """Keeps where a person is, adds to what their session watched, and counts a play once. Nothing is kept of visitors
    and of previews.

    Returns whether it was news. Raises NotFound or NotAllowed where the item may not be played (any more).
    """
    now = now or timezone.now()
    decision = check_play_item(viewer, item, now)
    if viewer.person_id is None or not decision.allowed:
        return False
    at = min(max(beat.at, now - OLDEST_BEAT), now)
    duration_ms = item.duration_ms or beat.duration_ms
    position_ms = min(beat.position_ms, duration_ms) if duration_ms else beat.position_ms
    with transaction.atomic():
        place = _place(viewer.person_id, item)
        if place.device == beat.device and beat.seq <= place.seq:
            return False
        session = _session(viewer.person_id, item, key, now)
        if session is not None and _watch(session, position_ms, duration_ms, now):
            place.plays = F("plays") + 1
        if at >= place.at or place.device == beat.device:
            place.at, place.device, place.seq = at, beat.device, beat.seq
            place.position_ms, place.duration_ms = position_ms, duration_ms
            place.finished = beat.ended or bool(duration_ms and position_ms >= duration_ms * FINISHED_PART)
        place.save()
    return True


def resume_ms_of(*, item: Item, person_id: UUID | None) -> int:
    """Where the player should begin for somebody: 0 for visitors, and for what they have finished."""
    if person_id is None:
        return 0
    place = PlaybackPosition.objects.filter(person_id=person_id, item=item).first()
    return place.resume_ms if place else 0


def _place(person_id: UUID, item: Item) -> PlaybackPosition:
    """The one row, locked; made with a time that anything wins against."""
    never = timezone.now() - OLDEST_BEAT - timedelta(days=1)
    place, _ = PlaybackPosition.objects.select_for_update().get_or_create(
        person_id=person_id, item=item, defaults={"at": never}
    )
    return place


def _session(person_id: UUID, item: Item, key: str, now: datetime) -> PlaybackSession | None:
    live = PlaybackSession.objects.live(now).filter(item=item, key=key, person_id=person_id)
    return live.select_for_update().order_by("-expires_at").first()


def _watch(session: PlaybackSession, position_ms: int, duration_ms: int | None, now: datetime) -> bool:
    """Adds what was watched since the last time; whether the session counts as a play from now on.

    A step forward counts as far as wall time went by: jumps and speed bring nothing, and pauses have no step.
    """
    if session.beat_at is not None and session.beat_ms is not None:
        passed = min(now - session.beat_at, LONGEST_BEAT) // _MS
        session.watched_ms += min(max(0, position_ms - session.beat_ms), max(0, passed))
    session.beat_ms, session.beat_at = position_ms, now
    counts = session.counted_at is None and _is_play(session.watched_ms, position_ms, duration_ms)
    if counts:
        session.counted_at = now
    session.save(update_fields=["watched_ms", "beat_ms", "beat_at", "counted_at", "updated_at"])
    return counts


def _is_play(watched_ms: int, position_ms: int, duration_ms: int | None) -> bool:
    if not duration_ms:
        return False
    wanted = duration_ms * PLAY_PART
    return position_ms >= wanted and watched_ms * FASTEST >= wanted
