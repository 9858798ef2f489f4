"""What is said in an item, as text below its player: the same tracks as its captions, for whoever may play it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from apps.catalog.enums import State
from apps.catalog.models import Item
from apps.media.errors import StorageTrouble
from apps.streaming.master import text_label
from apps.streaming.models import Generation, Rendition
from apps.streaming.services.text import read_text, texts_of
from apps.streaming.transcript import Paragraph, paragraphs
from apps.streaming.webvtt import read_written
from apps.web.stage import Scene, Stage

# More than a day of talk. What comes after it can be heard, not read.
_MOST_CUES = 20_000


@dataclass(frozen=True)
class Track:
    """One of the languages to choose from; `address` is what follows the page's own, `name` what the stream calls it."""

    name: str
    label: str
    language: str

    @property
    def address(self) -> str:
        return f"?transcript={self.name}"


@dataclass(frozen=True)
class Transcript:
    """`paragraphs` is None until they are asked for. `cut`: there is more than is shown. `waits`: a track may come yet."""

    tracks: Sequence[Track] = ()
    chosen: Track | None = None
    paragraphs: Sequence[Paragraph] | None = None
    cut: bool = False
    unreadable: bool = False
    waits: bool = False


def transcript_of(stage: Stage, item: Item, asked: str | None) -> Transcript:
    """`asked` is the name of a track, anything else for the first, None for no text at all (yet).

    Empty for whoever may not play the item: the stage has decided that.
    """
    if stage.scene is not Scene.PLAYER or not stage.decision.allowed:
        return Transcript()
    made = Generation.objects.of_item(item.pk).playable().first()
    rows = sorted(texts_of(made), key=_least_fit) if made else []
    if not rows:
        return Transcript(waits=item.state == State.GROWING)
    tracks = [Track(row.name, text_label(row), row.language) for row in rows]
    place = next((place for place, row in enumerate(rows) if row.name == asked), 0)
    if asked is None:
        return Transcript(tracks, tracks[place])
    try:
        cues = list(islice(read_written(read_text(rows[place])), _MOST_CUES + 1))
    except (FileNotFoundError, StorageTrouble):
        return Transcript(tracks, tracks[place], [], unreadable=True)
    return Transcript(tracks, tracks[place], paragraphs(cues[:_MOST_CUES]), cut=len(cues) > _MOST_CUES)


def _least_fit(row: Rendition) -> tuple[bool, bool]:
    """What only translates signs and foreign words is no transcript; the main track comes first."""
    return row.forced, not row.main
