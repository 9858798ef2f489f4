"""From what a source is, and the settings, to what is made of it. Pure: the same facts and settings give the same plan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from apps.media.ffmpeg.facts import AudioStream, Probe, Rate, TextStream, VideoStream
from apps.media.ffmpeg.filters import decoder_of
from apps.streaming.conf import StreamingSettings
from apps.streaming.ladder import COPY, Rung, make_rungs
from apps.streaming.plan import AudioPlan, AudioRung, Plan, TextPlan, VideoPlan
from apps.streaming.timeline import first_frame, origin_us

_KEPT_SAMPLE_RATES = frozenset({44_100, 48_000})
_STEREO, _SURROUND = 2, 6


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
