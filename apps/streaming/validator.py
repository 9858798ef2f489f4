"""Is a generation fit to be published? Judged from what its segments' bytes said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from apps.streaming.encode.parts import Segment
from apps.streaming.plan import VideoPlan

_SOUND_SLACK_S = 0.25


@dataclass(frozen=True)
class Fault:
    """What is wrong. Some faults come from seeking; a simpler plan cures them."""

    code: str
    detail: str
    simpler_helps: bool = False


@dataclass(frozen=True)
class Whole:
    """The segments of one rendition, in order. `ended`: the last piece that is there is complete."""

    name: str
    codecs: str
    timescale: int
    segments: Sequence[Segment]
    ended: bool = False

    @property
    def samples(self) -> int:
        return sum(segment.samples for segment in self.segments)


@dataclass(frozen=True)
class Expected:
    """What the source holds: the frame counts that it allows, and how many seconds each rendition of sound plays at least.

    `damaged`: the decoder has complained. What it could not read at the end of the source is then not missed.
    """

    frames: range
    sound_s: Mapping[str, float] = field(default_factory=dict)
    damaged: bool = False


def find_fault(
    plan: VideoPlan | None, pictures: Sequence[Whole], sound: Sequence[Whole], expected: Expected
) -> Fault | None:
    """The first fault, or None."""
    faults = [fault for whole in (*pictures, *sound) for fault in _of_any(whole)]
    faults += [fault for whole in sound for fault in _of_sound(whole, expected)]
    if plan:
        faults += [fault for whole in pictures for fault in _of_pictures(plan, whole, expected)]
        if len({tuple(segment.samples for segment in whole.segments) for whole in pictures}) > 1:
            faults.append(Fault("unequal", "the renditions are cut at different frames", simpler_helps=True))
    return faults[0] if faults else None


def _of_any(whole: Whole) -> Iterator[Fault]:
    if not whole.segments:
        yield Fault("empty", f"{whole.name} has no segments", simpler_helps=True)
        return
    if not whole.codecs or not whole.timescale:
        yield Fault("codecs", f"{whole.name} does not say what it is")
    first = whole.segments[0]
    if first.start or first.shown_from:
        yield Fault("start", f"{whole.name} is first shown at {first.shown_from}, not at 0")
    for before, after in pairwise(whole.segments):
        if after.start != before.start + before.ticks:
            yield Fault("gap", f"{whole.name} has a gap or an overlap before {after.name}", simpler_helps=True)
            return


def _of_sound(whole: Whole, expected: Expected) -> Iterator[Fault]:
    """Encoders end a little early or late; a quarter of a second is neither."""
    least = expected.sound_s.get(whole.name, 0)
    plays = sum(segment.ticks for segment in whole.segments) / (whole.timescale or 1)
    if plays < least - _SOUND_SLACK_S and not expected.damaged:
        yield Fault("sound", f"{whole.name} plays {plays:.3f} s, the source {least:.3f} s", simpler_helps=True)


def _of_pictures(plan: VideoPlan, whole: Whole, expected: Expected) -> Iterator[Fault]:
    """Key frames at each start were checked when the segments were read."""
    for segment in whole.segments[:-1]:
        if segment.samples != plan.segment_frames:
            yield Fault("grid", f"{segment.name} of {whole.name} has {segment.samples} frames", simpler_helps=True)
            return
    frames = expected.frames
    if whole.samples not in frames and not (expected.damaged and 0 < whole.samples < frames.start):
        yield Fault(
            "frames",
            f"{whole.name} has {whole.samples} frames, the source {frames.start} to {frames.stop - 1}",
            simpler_helps=True,
        )
