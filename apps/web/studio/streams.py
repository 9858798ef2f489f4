"""What was made of an item: its generations and their rungs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.media.enums import Place
from apps.streaming.conf import RETIRED_KEPT
from apps.streaming.enums import OPEN, RenditionKind, State
from apps.streaming.models import Generation, Rendition

_MOST = 8  # older ones have been collected long since
TONES = {
    State.ENCODING: "info",
    State.GROWING: "info",
    State.PUBLISHED: "success",
    State.RETIRED: "",
    State.COLLECTED: "",
    State.FAILED: "error",
}


@dataclass(frozen=True)
class RungRow:
    """`renewable`: it can be encoded anew by itself."""

    rendition: Rendition
    renewable: bool

    @property
    def what(self) -> str:
        made = self.rendition
        if made.kind == RenditionKind.VIDEO:
            return f"{made.width} × {made.height}"
        words = [made.language, made.title]
        if made.kind == RenditionKind.AUDIO:
            words.insert(0, {1: "mono", 2: "stereo"}.get(made.channels or 0, f"{made.channels} channels"))
        return ", ".join(word for word in words if word)

    @property
    def share_percent(self) -> int | None:
        """The measured peak as a share of the cap."""
        made = self.rendition
        if not made.bandwidth or not made.cap_kbps:
            return None
        return round(made.bandwidth / (made.cap_kbps * 10))

    @property
    def peak_kbps(self) -> int | None:
        return round(self.rendition.bandwidth / 1000) if self.rendition.bandwidth else None

    @property
    def average_kbps(self) -> int | None:
        return round(self.rendition.average_bandwidth / 1000) if self.rendition.average_bandwidth else None


@dataclass(frozen=True)
class GenerationRow:
    """`goes_at`: when its files are removed, of one that is no longer played."""

    generation: Generation
    rungs: Sequence[RungRow] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return TONES[State(self.generation.state)]

    @property
    def open(self) -> bool:
        return self.generation.state in OPEN

    @property
    def goes_at(self) -> datetime | None:
        made = self.generation
        if made.state == State.RETIRED and made.retired_at:
            return made.retired_at + RETIRED_KEPT
        return made.updated_at + RETIRED_KEPT if made.state == State.FAILED else None

    @property
    def size_bytes(self) -> int:
        return sum(row.rendition.size_bytes for row in self.rungs)


def generations_of(item_id: UUID, *, may_encode: bool) -> list[GenerationRow]:
    """The newest generations, each with its rungs from the largest down. Two queries."""
    found = list(Generation.objects.of_item(item_id).order_by("-number")[:_MOST])
    rungs = _rungs(found)
    idle = may_encode and not any(row.state in OPEN for row in found)
    return [_row(generation, rungs[generation.pk], idle=idle) for generation in found]


def _rungs(found: Sequence[Generation]) -> Mapping[UUID, list[Rendition]]:
    rungs: defaultdict[UUID, list[Rendition]] = defaultdict(list)
    for rendition in Rendition.objects.filter(generation__in=found).order_by("id"):
        rungs[rendition.generation_id].append(rendition)
    return rungs


def _row(generation: Generation, rungs: Sequence[Rendition], *, idle: bool) -> GenerationRow:
    renewable = _renewable(generation) if idle and generation.state == State.PUBLISHED else frozenset()
    return GenerationRow(generation, [RungRow(rendition, rendition.name in renewable) for rendition in rungs])


def _renewable(generation: Generation) -> frozenset[str]:
    """Parts are carried over as further names of the same files, which only our own disk can."""
    if generation.storage != Place.LOCAL:
        return frozenset()
    plan = generation.what_to_make
    pictures = {rung.name for rung in plan.video.encoded} if plan.video else set()
    return frozenset(pictures | {rung.name for track in plan.audio for rung in track.rungs})
