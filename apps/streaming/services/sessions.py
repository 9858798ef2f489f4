"""Playback sessions: opened or gone on with, turned into a token, checked by the gate, ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from apps.catalog.access import Decision, Viewer, viewer_of
from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.catalog.permissions import check_play_item
from apps.core.errors import Conflict, NotAllowed
from apps.core.signing import BadSignature, Expired, sign, verify
from apps.media.enums import AssetState, Place
from apps.media.names import served_type
from apps.streaming.conf import SESSION_LIFE, SESSION_MIN_LEFT
from apps.streaming.cuts import cut_master, cut_media, is_text, segment_number
from apps.streaming.encode.hls import INIT
from apps.streaming.enums import RenditionKind
from apps.streaming.models import Generation, PlaybackSession, Rendition
from apps.streaming.permissions import can_keep_item

_PURPOSE = "streaming.hls"
_LONG_SIDE = 16 / 9


@dataclass(frozen=True)
class Playback:
    """What a player needs: the token for its paths, the generation to play and how far it comes in it, and until when."""

    session_id: UUID
    item_id: UUID
    generation: Generation
    token: str
    expires_at: datetime
    reach: "Reach"
    with_source: bool = False
    with_download: bool = False

    @property
    def preview_ms(self) -> int | None:
        """How much of it plays, for somebody who may have no more; None: all."""
        count = self.reach.first_segments
        return None if count is None else round(count * self.generation.what_to_make.segment_s * 1000)

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
    def download_path(self) -> str | None:
        """Where those get it as a file who may keep it."""
        return f"{self._item}/download" if self.with_download else None

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
class Reach:
    """How far somebody comes in a generation, and where it lives.

    `first_segments`: with a preview, how many segments of each rendition, and then nothing beside them. `without`: renditions
    that are larger than their tier lets them watch.
    """

    place: Place
    first_segments: int | None = None
    without: frozenset[str] = frozenset()

    @property
    def is_cut(self) -> bool:
        return self.first_segments is not None or bool(self.without)

    def check(self, name: str) -> None:
        """Raises NotAllowed for a file that lies beyond."""
        folder, _, file = name.rpartition("/")
        if folder in self.without:
            raise NotAllowed("Your tier has smaller pictures: reload the page.", code="too_large")
        if self.first_segments is None or not folder:
            return
        number = segment_number(file)
        begins = number is None and file in {"playlist.m3u8", INIT} and not is_text(folder)
        if not begins and (number is None or number > self.first_segments):
            raise NotAllowed("The preview ends here.", code="preview")

    def cut(self, name: str, playlist: str) -> str:
        """What they get of a playlist."""
        if "/" not in name:
            return cut_master(playlist, without=self.without, with_texts=self.first_segments is None)
        return playlist if self.first_segments is None else cut_media(playlist, self.first_segments)


@dataclass(frozen=True)
class Pass:
    """What a session may fetch: generations by number. `own`: also the original, if it is there; `downloads`: as a file."""

    generations: Mapping[int, Reach]
    own: bool = False
    downloads: bool = False
    source: Source | None = None


def open_playback(*, item: Item, viewer: Viewer, key: str, now: datetime | None = None) -> Playback:
    """Continues the viewer's session of this item, or opens one. Raises NotFound, NotAllowed, or Conflict if not ready.

    One viewer keeps the same token for hours, so that the browser's cache of segments stays good.
    """
    now = now or timezone.now()
    decision = check_play_item(viewer, item, now)
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
    there = _source(item) is not None
    return Playback(
        session.pk,
        item.pk,
        generation,
        token,
        session.expires_at,
        _reaches(viewer, [generation], decision)[generation.number],
        with_source=there and decision.own,
        with_download=there and can_keep_item(viewer, item, decision),
    )


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
    viewer = viewer_of(session.person)
    decision = check_play_item(viewer, session.item, now)
    downloads = can_keep_item(viewer, session.item, decision)
    source = _source(session.item) if downloads else None
    generations = list(Generation.objects.of_item(session.item_id).served())
    return Pass(_reaches(viewer, generations, decision), decision.own, downloads, source)


def _reaches(viewer: Viewer, generations: Sequence[Generation], decision: Decision) -> Mapping[int, Reach]:
    """By number. No query, but one for whom a tier bounds the pictures."""
    largest = None if decision.own else viewer.limits.largest_height
    without = _too_large(generations, largest) if largest else {}
    return {
        made.number: Reach(Place(made.storage), _first_segments(made, decision), without.get(made.pk, frozenset()))
        for made in generations
    }


def _first_segments(generation: Generation, decision: Decision) -> int | None:
    """Of a preview: as many whole segments as fit, but one at least."""
    if decision.allowed:
        return None
    return max(1, int(decision.preview_ms / 1000 // generation.what_to_make.segment_s))


def _too_large(generations: Sequence[Generation], largest: int) -> Mapping[UUID, frozenset[str]]:
    """The rungs of pictures above so many lines, by generation. The smallest of each stays, so that something plays."""
    rungs: defaultdict[UUID, dict[str, float]] = defaultdict(dict)
    rows = Rendition.objects.filter(generation__in=generations, kind=RenditionKind.VIDEO)
    for made, name, width, height in rows.values_list("generation", "name", "width", "height"):
        rungs[made][name] = _lines(width or 0, height or 0)
    return {
        made: frozenset(name for name, lines in sizes.items() if lines > max(largest, min(sizes.values())))
        for made, sizes in rungs.items()
    }


def _lines(width: int, height: int) -> int:
    """The lines of the 16:9 box around a picture, as rungs are named after (`ladder.py`): a film of 1920 × 800 has 1080."""
    short, long = sorted((width, height))
    return max(short, int(long / _LONG_SIDE))


def _source(item: Item) -> Source | None:
    asset = item.asset
    if asset is None or asset.state != AssetState.STORED:
        return None
    return Source(asset.file, asset.path, Place(asset.storage), served_type(asset.content_type), asset.disposition)


def end_sessions(*, keys: Sequence[str]) -> int:
    """Ends what these viewers play; the gate refuses within ten seconds."""
    now = timezone.now()
    return PlaybackSession.objects.live(now).filter(key__in=keys).update(ended_at=now, updated_at=now)


def end_sessions_of(*, person_id: UUID) -> int:
    """Ends whatever a person plays, on all their devices; the gate refuses within ten seconds."""
    now = timezone.now()
    return PlaybackSession.objects.live(now).filter(person_id=person_id).update(ended_at=now, updated_at=now)


def end_session(*, session_id: UUID) -> bool:
    now = timezone.now()
    return bool(PlaybackSession.objects.live(now).filter(pk=session_id).update(ended_at=now, updated_at=now))
