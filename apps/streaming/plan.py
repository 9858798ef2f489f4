"""What is made of a source: rungs, grid, chunks, sound, text. Frozen, and stored with the generation as JSON."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from apps.media.ffmpeg.facts import Rate
from apps.streaming.ladder import Rung


@dataclass(frozen=True)
class VideoPlan:
    """One grid for all rungs: `segment_frames` a segment, `chunk_segments` a chunk, the last chunk takes what remains.

    `rungs` stand from the largest to the smallest. Rungs that are copied are not cut into chunks. `first_frame` is the place
    of the source's first picture; before it, that picture is repeated. Size and format are those of the source as
    shown; what changes on the way is made like its beginning.
    """

    stream: int
    rate: Rate
    segment_frames: int
    chunk_segments: int
    chunks: int
    rungs: tuple[Rung, ...]
    interlaced: bool
    hdr: bool
    alpha: bool
    preset: str
    crf: int
    b_frames: int
    decoder: str = ""  # to be named, where the usual one would lose the transparency
    width: int = 0
    height: int = 0
    pixel_format: str = ""
    turned: bool = False
    first_frame: int = 0

    @property
    def chunk_frames(self) -> int:
        return self.segment_frames * self.chunk_segments

    @property
    def segment_s(self) -> Fraction:
        return self.segment_frames / self.rate.fraction

    @property
    def chunk_s(self) -> Fraction:
        return self.chunk_frames / self.rate.fraction

    @property
    def encoded(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if not rung.copied)

    @property
    def copied(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if rung.copied)

    @property
    def lowest(self) -> Rung:
        """What players get first: the smallest picture, in the codec that everything plays."""
        return next(rung for rung in reversed(self.rungs) if rung.codec == "h264")

    def crf_of(self, rung: Rung) -> int:
        """Constant rate factor on x264's scale."""
        return max(1, self.crf - rung.finer)

    def is_last(self, index: int) -> bool:
        return index == self.chunks - 1


@dataclass(frozen=True)
class AudioRung:
    name: str
    kbps: int
    channels: int


@dataclass(frozen=True)
class AudioPlan:
    """One track of sound, encoded once for the whole file into all its rungs; the main track comes first.

    `in_step` starts it exactly with the picture. The rungs after the first of a film are other numbers of channels, those
    of music other rates.
    """

    number: int
    stream: int
    rungs: tuple[AudioRung, ...]
    sample_rate: int
    segment_s: float
    in_step: bool
    language: str = ""
    title: str = ""

    @property
    def main(self) -> bool:
        return self.number == 1


@dataclass(frozen=True)
class TextPlan:
    """One track of text, kept as WebVTT."""

    name: str
    stream: int
    language: str = ""
    title: str = ""
    forced: bool = False
    described: bool = False  # also says what is heard, for those who do not hear it


@dataclass(frozen=True)
class Plan:
    """`streams` are all streams of sound and pictures in the source, also those that are not encoded.

    `lead`: the first seconds of the lowest rung are made first of all. `origin_us`: where 0 lies, counted from the source's
    first time stamp; a fraction of a frame, so that its pictures fall on the grid. `jumps`: its time stamps begin anew.
    """

    duration_ms: int
    streams: tuple[int, ...]
    video: VideoPlan | None
    audio: tuple[AudioPlan, ...]
    text: tuple[TextPlan, ...] = ()
    lead: bool = False
    origin_us: int = 0
    jumps: bool = False

    @property
    def chunks(self) -> int:
        """How many there are to encode."""
        return self.video.chunks if self.video and self.video.encoded else 0

    @property
    def copied(self) -> bool:
        return bool(self.video and self.video.copied)

    @property
    def hardware(self) -> bool:
        """Whether a graphics card is needed."""
        return any(rung.hardware for rung in self.video.rungs) if self.video else False

    @property
    def segment_s(self) -> float:
        """How long a segment is meant to be, of all renditions."""
        return float(self.video.segment_s) if self.video else max(track.segment_s for track in self.audio)

    @property
    def as_simple_as_it_gets(self) -> bool:
        """Whether there is no simpler way left to encode this source."""
        return self.in_one_chunk() == self

    def in_one_chunk(self) -> "Plan":
        """The same in one go by what runs everywhere, for sources in which FFmpeg cannot seek to a frame."""
        plan = self.without_copy("").on_cpu("")
        if plan.video is None:
            return plan
        return replace(plan, video=replace(plan.video, chunks=1), lead=False)

    def on_cpu(self, why: str) -> "Plan":
        """The same without graphics cards."""
        return self._rebound(lambda rung: rung.on_cpu(why) if rung.hardware else rung)

    def without_copy(self, why: str) -> "Plan":
        """The same with all rungs encoded."""
        return self._rebound(lambda rung: rung.on_cpu(why) if rung.copied else rung)

    def _rebound(self, bind: Callable[[Rung], Rung]) -> "Plan":
        if self.video is None:
            return self
        video = replace(self.video, rungs=tuple(map(bind, self.video.rungs)))
        return replace(self, video=video, lead=not video.lowest.copied)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found

    @classmethod
    def from_json(cls, value: Any) -> "Plan":
        return _ADAPTER.validate_python(value)


_ADAPTER = TypeAdapter(Plan)
