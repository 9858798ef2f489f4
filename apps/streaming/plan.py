"""What to make of a source: rungs, grid, chunks, sound, text. Pure, and the same for the same facts and settings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from apps.media.ffmpeg.facts import AudioStream, Probe, Rate, TextStream, VideoStream
from apps.media.ffmpeg.filters import decoder_of
from apps.streaming.conf import StreamingSettings
from apps.streaming.ladder import COPY, Rung, make_rungs
from apps.streaming.timeline import first_frame, origin_us

_KEPT_SAMPLE_RATES = frozenset({44_100, 48_000})
_STEREO, _SURROUND = 2, 6


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


def make_plan(probe: Probe, chosen: StreamingSettings, *, sample: bool = False, fits_grid: bool = False) -> Plan:
    """`sample`: sound to be worked with. `fits_grid`: the source's own packets can be the top rung (`fitting.py`)."""
    video = _video(probe, probe.video, chosen, fits_grid=fits_grid) if probe.video else None
    tracks = tuple(_audio(probe, video, chosen, sample=sample))
    streams = [*([probe.video.index] if probe.video else []), *(stream.index for stream in probe.audio)]
    text = tuple(_text(number, stream) for number, stream in enumerate(probe.text if video else (), 1))
    return Plan(
        probe.duration_ms,
        tuple(streams),
        video,
        tracks,
        text,
        lead=bool(video and not video.lowest.copied),
        origin_us=origin_us(probe),
        jumps=probe.jumps > 0,
    )


def segment_frames(rate: Rate, chosen: StreamingSettings) -> int:
    return max(1, round(chosen.segment_s * rate.fraction))


def _video(probe: Probe, stream: VideoStream, chosen: StreamingSettings, *, fits_grid: bool) -> VideoPlan:
    rate = stream.rate.fraction
    frames = segment_frames(stream.rate, chosen)
    chunk_segments = max(1, round(chosen.chunk_s * rate / frames))
    rungs = make_rungs(stream.width, stream.height, chosen.ladder, chosen.extra_codecs)
    if fits_grid:
        rungs = _with_copy(rungs, stream)
    return VideoPlan(
        stream=stream.index,
        rate=stream.rate,
        segment_frames=frames,
        chunk_segments=chunk_segments,
        chunks=_chunks(probe, stream, frames * chunk_segments, chosen),
        rungs=rungs,
        interlaced=stream.interlaced,
        hdr=stream.hdr,
        alpha=stream.alpha,
        preset=chosen.preset,
        crf=chosen.crf,
        b_frames=chosen.b_frames,
        decoder=decoder_of(stream),
        width=stream.width,
        height=stream.height,
        pixel_format="" if stream.alpha else stream.pixel_format,
        turned=bool(stream.rotation),
        first_frame=first_frame(probe, stream),
    )


def _with_copy(rungs: tuple[Rung, ...], stream: VideoStream) -> tuple[Rung, ...]:
    """The top rung as the source has it, if that is its size."""
    top, *others = rungs
    if (top.width, top.height) != (stream.width, stream.height):
        return rungs
    return (replace(top, encoder=COPY, copied=True), *others)


def _chunks(probe: Probe, stream: VideoStream, chunk_frames: int, chosen: StreamingSettings) -> int:
    length_ms = stream.duration_ms or probe.duration_ms
    if probe.jumps or length_ms < chosen.whole_below_s * 1000:
        return 1
    frames = round(Fraction(length_ms, 1000) * stream.rate.fraction)
    # To the nearest: the last chunk is half to one and a half as long, which forgives headers that are a little wrong.
    return max(1, round(frames / chunk_frames))


def _audio(probe: Probe, video: VideoPlan | None, chosen: StreamingSettings, *, sample: bool) -> Iterator[AudioPlan]:
    """The main track first; all of them with the picture's grid, or music's, or samples'."""
    if video:
        segment_s = float(video.segment_s)
    else:
        segment_s = chosen.sample_segment_s if sample else chosen.music_segment_s
    ordered = sorted(probe.audio, key=lambda track: not track.default)
    for number, track in enumerate(ordered, 1):
        yield AudioPlan(
            number=number,
            stream=track.index,
            rungs=tuple(_audio_rungs(track, number, _rates(video, chosen, sample=sample), chosen)),
            sample_rate=track.sample_rate if track.sample_rate in _KEPT_SAMPLE_RATES else 48_000,
            segment_s=segment_s,
            in_step=video is not None,
            language=track.language,
            title=track.title,
        )


def _rates(video: VideoPlan | None, chosen: StreamingSettings, *, sample: bool) -> tuple[int, ...]:
    if video:
        return (chosen.audio_kbps,)
    return (chosen.sample_kbps,) if sample else chosen.music_kbps


def _audio_rungs(
    track: AudioStream, number: int, rates: Sequence[int], chosen: StreamingSettings
) -> Iterator[AudioRung]:
    """Mono stays mono; more than stereo is kept as 5.1 beside it."""
    ending = "" if number == 1 else f"t{number}"
    for kbps in rates:
        yield AudioRung(f"a{kbps}{ending}", kbps, min(_STEREO, max(1, track.channels)))
    if track.channels >= _SURROUND:
        yield AudioRung(f"s{chosen.surround_kbps}{ending}", chosen.surround_kbps, _SURROUND)


def _text(number: int, stream: TextStream) -> TextPlan:
    return TextPlan(f"t{number}", stream.index, stream.language, stream.title, stream.forced, stream.described)
