"""Playback sessions: opened or gone on with, turned into a token, checked by the gate, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from apps.catalog.access import Decision, Reason, Viewer, decide, viewer_of
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.catalog.permissions import check_play_item
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.core.signing import BadSignature, Expired, sign, verify
from apps.media.enums import AssetState, Place
from apps.media.names import served_type
from apps.streaming.conf import SESSION_LIFE, SESSION_MIN_LEFT
from apps.streaming.models import Generation, PlaybackSession

_PURPOSE = "streaming.hls"
_OWN = frozenset({Reason.OWN, Reason.STAFF})


@dataclass(frozen=True)
class Playback:
    """What a player needs: the token for its paths, the generation to play, and until when."""

    session_id: UUID
    item_id: UUID
    generation: Generation
    token: str
    expires_at: datetime
    with_source: bool = False

    @property
    def folder(self) -> str:
        """What the addresses of all files of the generation begin with."""
        return f"{self._item}/g{self.generation.number}/"

    @property
    def path(self) -> str:
        return f"{self.folder}master.m3u8"

    @property
    def source_path(self) -> str | None:
        """The original's address, for those who may have it."""
        return f"{self._item}/source" if self.with_source else None

    @property
    def _item(self) -> str:
        return f"/hls/{self.token}/{self.item_id}"


@dataclass(frozen=True)
class Source:
    """An item's original: where it lies, what it is, and how it is handed out."""

    path: Path
    key: str
    storage: Place
    content_type: str
    disposition: str


@dataclass(frozen=True)
class Pass:
    """What a session may fetch: generations by number, with where each lives. `own`: also the original, if it is there."""

    generations: Mapping[int, Place]
    own: bool = False
    source: Source | None = None


def open_playback(*, item: Item, viewer: Viewer, key: str, now: datetime | None = None) -> Playback:
    """Continues the viewer's session of this item, or opens one. Raises NotFound, NotAllowed, or Conflict if not ready.

    One viewer keeps the same token for hours, so that the browser's cache of segments stays good.
    """
    now = now or timezone.now()
    check_play_item(viewer, item, now)
    generation = Generation.objects.of_item(item.pk).playable().first()
    if generation is None and item.state == State.FAILED:
        raise Conflict("This could not be prepared, so there is nothing to play.", code="failed")
    if generation is None:
        raise Conflict("This is still being prepared.", code="not_ready")
    mine = PlaybackSession.objects.live(now).filter(item=item, key=key, person_id=viewer.person_id)
    session = mine.filter(expires_at__gt=now + SESSION_MIN_LEFT).order_by("-expires_at").first()
    if session is None:
        session = PlaybackSession.objects.create(
            item=item, person_id=viewer.person_id, key=key, generation=generation, expires_at=now + SESSION_LIFE
        )
    token = sign(_PURPOSE, {"s": session.pk.hex, "i": item.pk.hex}, session.expires_at)
    with_source = _is_own(decide(viewer, item.subject, now)) and _source(item) is not None
    return Playback(session.pk, item.pk, generation, token, session.expires_at, with_source)


def read_token(token: str, item_id: UUID, now: datetime | None = None) -> UUID:
    """The session that a token names, if it is ours, in time, and for this item. Raises NotAllowed. No query."""
    try:
        named = verify(_PURPOSE, token, now)
    except Expired as error:
        raise NotAllowed("This address has expired: reload the page.", code="expired") from error
    except BadSignature as error:
        raise NotAllowed("This address is not valid.", code="bad_token") from error
    if named["i"] != item_id.hex:
        raise NotAllowed("This address is for something else.", code="wrong_item")
    return UUID(named["s"])


def pass_of(session_id: UUID, now: datetime | None = None) -> Pass:
    """What a session may fetch, by asking the access decision anew. Raises NotAllowed or NotFound."""
    now = now or timezone.now()
    session = PlaybackSession.objects.live(now).select_related("item__asset", "person").filter(pk=session_id).first()
    if session is None:
        raise NotAllowed("This playback has ended: reload the page.", code="session_ended")
    decision = decide(viewer_of(session.person), session.item.subject, now)
    if not decision.visible:
        raise NotFound("There is nothing here.")
    if not decision.allowed:
        raise NotAllowed("You may not play this.", code=str(decision.reason))
    served = Generation.objects.of_item(session.item_id).served().values_list("number", "storage")
    own = _is_own(decision)
    return Pass({number: Place(storage) for number, storage in served}, own, _source(session.item) if own else None)


def _is_own(decision: Decision) -> bool:
    """The original goes to its owner and to staff; everyone else gets streams."""
    return decision.reason in _OWN


def _source(item: Item) -> Source | None:
    asset = item.asset
    if asset is None or asset.state != AssetState.STORED:
        return None
    return Source(asset.file, asset.path, Place(asset.storage), served_type(asset.content_type), asset.disposition)


def end_sessions(*, key: str) -> int:
    """Ends what a viewer plays; the gate refuses within ten seconds."""
    now = timezone.now()
    return PlaybackSession.objects.live(now).filter(key=key).update(ended_at=now, updated_at=now)


def end_sessions_of(*, person_id: UUID) -> int:
    """Ends whatever a person plays, on all their devices; the gate refuses within ten seconds."""
    now = timezone.now()
    return PlaybackSession.objects.live(now).filter(person_id=person_id).update(ended_at=now, updated_at=now)


def end_session(*, session_id: UUID) -> bool:
    now = timezone.now()
    return bool(PlaybackSession.objects.live(now).filter(pk=session_id).update(ended_at=now, updated_at=now))
