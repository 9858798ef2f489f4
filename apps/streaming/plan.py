"""What to make of a source: rungs, grid, chunks, sound. Pure, and the same for the same facts and settings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from pydantic import TypeAdapter

from apps.media.ffmpeg.facts import AudioStream, Probe, Rate, VideoStream
from apps.streaming.conf import StreamingSettings

_KEPT_SAMPLE_RATES = frozenset({44_100, 48_000})


@dataclass(frozen=True)
class Rung:
    name: str
    width: int
    height: int
    kbps: int


@dataclass(frozen=True)
class VideoPlan:
    """One grid for all rungs: `segment_frames` a segment, `chunk_segments` a chunk, the last chunk takes what remains."""

    stream: int
    rate: Rate
    segment_frames: int
    chunk_segments: int
    chunks: int
    rungs: tuple[Rung, ...]
    interlaced: bool
    hdr: bool
    preset: str
    crf: int
    b_frames: int

    @property
    def chunk_frames(self) -> int:
        return self.segment_frames * self.chunk_segments

    @property
    def segment_s(self) -> Fraction:
        return self.segment_frames / self.rate.fraction

    def is_last(self, index: int) -> bool:
        return index == self.chunks - 1


@dataclass(frozen=True)
class AudioPlan:
    """One track of sound, encoded once for the whole file. `in_step` starts it exactly with the picture."""

    name: str
    stream: int
    kbps: int
    sample_rate: int
    channels: int
    segment_s: float
    in_step: bool
    language: str = ""
    title: str = ""


@dataclass(frozen=True)
class Plan:
    """`streams` are all streams of sound and pictures in the source, also those that are not encoded."""

    duration_ms: int
    streams: tuple[int, ...]
    video: VideoPlan | None
    audio: tuple[AudioPlan, ...]

    @property
    def chunks(self) -> int:
        return self.video.chunks if self.video else 0

    def in_one_chunk(self) -> "Plan":
        """The same, for sources in which FFmpeg cannot seek to a frame."""
        return replace(self, video=replace(self.video, chunks=1)) if self.video else self

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found

    @classmethod
    def from_json(cls, value: Any) -> "Plan":
        return _ADAPTER.validate_python(value)


_ADAPTER = TypeAdapter(Plan)


def make_plan(probe: Probe, chosen: StreamingSettings) -> Plan:
    video = _video(probe, probe.video, chosen) if probe.video else None
    segment_s = float(video.segment_s) if video else chosen.segment_s
    track = _main_track(probe.audio)
    audio = _audio(track, chosen, segment_s, in_step=video is not None) if track else None
    streams = [*([probe.video.index] if probe.video else []), *(stream.index for stream in probe.audio)]
    return Plan(probe.duration_ms, tuple(streams), video, (audio,) if audio else ())


def _video(probe: Probe, stream: VideoStream, chosen: StreamingSettings) -> VideoPlan:
    rate = stream.rate.fraction
    segment_frames = max(1, round(chosen.segment_s * rate))
    chunk_segments = max(1, round(chosen.chunk_s * rate / segment_frames))
    length_ms = stream.duration_ms or probe.duration_ms
    frames = round(Fraction(length_ms, 1000) * rate)
    # To the nearest: the last chunk is half to one and a half as long, which forgives headers that are a little wrong.
    chunks = max(1, round(frames / (segment_frames * chunk_segments)))
    return VideoPlan(
        stream=stream.index,
        rate=stream.rate,
        segment_frames=segment_frames,
        chunk_segments=chunk_segments,
        chunks=1 if length_ms < chosen.whole_below_s * 1000 else chunks,
        rungs=(_rung(stream, chosen.rung_side, chosen.rung_kbps),),
        interlaced=stream.interlaced,
        hdr=stream.hdr,
        preset=chosen.preset,
        crf=chosen.crf,
        b_frames=chosen.b_frames,
    )


def _rung(stream: VideoStream, side: int, kbps: int) -> Rung:
    """`side` bounds the shorter side, so that a portrait film keeps its detail. Sizes are even and never grow."""
    scale = min(Fraction(1), Fraction(side, min(stream.width, stream.height)))
    width, height = (max(2, floor(length * scale / 2 + Fraction(1, 4)) * 2) for length in (stream.width, stream.height))
    return Rung(f"v{side}", min(width, max(2, stream.width)), min(height, max(2, stream.height)), kbps)


def _main_track(tracks: Sequence[AudioStream]) -> AudioStream | None:
    return next((track for track in tracks if track.default), tracks[0] if tracks else None)


def _audio(track: AudioStream, chosen: StreamingSettings, segment_s: float, *, in_step: bool) -> AudioPlan:
    return AudioPlan(
        name=f"a{chosen.audio_kbps}",
        stream=track.index,
        kbps=chosen.audio_kbps,
        sample_rate=track.sample_rate if track.sample_rate in _KEPT_SAMPLE_RATES else 48_000,
        channels=1 if track.channels == 1 else 2,
        segment_s=segment_s,
        in_step=in_step,
        language="" if track.language == "und" else track.language,
        title=track.title,
    )
