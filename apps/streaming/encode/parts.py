"""What FFmpeg made, read back from its bytes and judged before anything is kept."""

import hashlib
import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from apps.media.mp4.boxes import Malformed
from apps.media.mp4.init import Track, read_init
from apps.media.mp4.segment import read_runs, shift
from apps.streaming.encode.lines import INIT


class BadOutput(Exception):
    """The encoder's output is not what was asked for. `code` says in which way."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Segment:
    """Times in ticks of its rendition's timescale."""

    name: str
    start: int
    shown_from: int
    ticks: int
    samples: int
    size_bytes: int


@dataclass(frozen=True)
class Part:
    """One rendition's part: where it lies, what its init says, its segments in order."""

    folder: Path
    init_sha256: str
    codec: str
    timescale: int
    segments: tuple[Segment, ...]

    @property
    def samples(self) -> int:
        return sum(segment.samples for segment in self.segments)


_ADAPTER = TypeAdapter(tuple[Segment, ...])


def segments_as_json(segments: tuple[Segment, ...]) -> Any:
    return _ADAPTER.dump_python(segments, mode="json")


def segments_from_json(value: Any) -> tuple[Segment, ...]:
    return _ADAPTER.validate_python(value)


def finish_part(folder: Path, *, moved_by: Fraction = Fraction(0)) -> Part:
    """Moves a folder of fresh segments `moved_by` seconds later (once!) and reads them. Raises BadOutput."""
    try:
        init = (folder / INIT).read_bytes()
        tracks = read_init(init)
        if len(tracks) != 1:
            raise BadOutput("tracks", f"{len(tracks)} tracks in one rendition")
        track = next(iter(tracks.values()))
        ticks = _whole_ticks(moved_by * track.timescale)
        segments = tuple(_segment(path, tracks, ticks) for path in sorted(folder.glob("seg_*.m4s")))
    except (Malformed, FileNotFoundError) as error:
        raise BadOutput("malformed", str(error)) from error
    if not segments:
        raise BadOutput("empty", "no segment came out")
    _check_joins(segments, ticks)
    return Part(folder, hashlib.sha256(init).hexdigest(), track.codec, track.timescale, segments)


def _whole_ticks(ticks: Fraction) -> int:
    if ticks.denominator != 1:
        raise BadOutput("timescale", "a chunk does not start on a tick")
    return ticks.numerator


def _segment(path: Path, tracks: dict[int, Track], ticks: int) -> Segment:
    content = path.read_bytes()
    if ticks:
        content = shift(content, ticks)
        path.write_bytes(content)
    runs = read_runs(content, tracks)
    if not runs[0].starts_with_sync:
        raise BadOutput("sync", f"{path.name} does not start with a key frame")
    for before, after in itertools.pairwise(runs):
        if after.decode_start != before.decode_end:
            raise BadOutput("gap", f"{path.name} has a gap inside")
    return Segment(
        name=path.name,
        start=runs[0].decode_start,
        shown_from=min(run.presentation_start for run in runs),
        ticks=runs[-1].decode_end - runs[0].decode_start,
        samples=sum(run.samples for run in runs),
        size_bytes=len(content),
    )


def _check_joins(segments: tuple[Segment, ...], start: int) -> None:
    """Each segment begins where the one before it ended, the first one at `start`."""
    expected = start
    for segment in segments:
        if segment.start != expected:
            raise BadOutput("gap", f"{segment.name} starts at {segment.start}, not at {expected}")
        expected += segment.ticks
