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
from apps.streaming.encode.hls import INIT

_SEGMENTS = "seg_*.m4s"


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


class PartReader:
    """Reads a folder that an encoder is filling. `moved_by` seconds is where its first segment belongs.

    Each segment is moved to its place in time once, read, and checked to begin where the one before it ended.
    """

    def __init__(self, folder: Path, *, moved_by: Fraction = Fraction(0)) -> None:
        self.folder = folder
        self._moved_by = moved_by
        self._read: list[Segment] = []
        self._init = b""
        self._tracks: dict[int, Track] = {}

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(self._read)

    def look(self, *, but_last: bool = False) -> Part | None:
        """All that is finished so far, or None if that is nothing. Raises BadOutput.

        `but_last` leaves out the segment that was written last: it may end before its time.
        """
        known = {segment.name for segment in self._read}
        fresh = [path for path in self._written() if path.name not in known]
        if but_last:
            fresh = fresh[:-1]
        try:
            if fresh and not self._tracks:
                self._open()
            for path in fresh:
                self._add(path)
        except (Malformed, FileNotFoundError) as error:
            raise BadOutput("malformed", str(error)) from error
        return self._part() if self._read else None

    def finish(self) -> Part:
        """The whole part, once the encoder has ended. Raises BadOutput."""
        part = self.look()
        if part is None:
            raise BadOutput("empty", "no segment came out")
        return part

    def _written(self) -> list[Path]:
        """All segments up to one that is there, in order.

        A folder that is listed while files are renamed into it may leave one out and yet show the next (POSIX, readdir). Whatever
        came before the newest of a first listing is there when a second one begins, so that one leaves none of them out.
        """
        newest = max(self.folder.glob(_SEGMENTS), default=None)
        return sorted(path for path in self.folder.glob(_SEGMENTS) if newest and path <= newest)

    def _open(self) -> None:
        self._init = (self.folder / INIT).read_bytes()
        self._tracks = read_init(self._init)
        if len(self._tracks) != 1:
            raise BadOutput("tracks", f"{len(self._tracks)} tracks in one rendition")

    @property
    def _track(self) -> Track:
        return next(iter(self._tracks.values()))

    def _add(self, path: Path) -> None:
        """Each segment begins where the one before it ended, the first one at its place."""
        ticks = _whole_ticks(self._moved_by * self._track.timescale)
        segment = _segment(path, self._tracks, ticks)
        expected = self._read[-1].start + self._read[-1].ticks if self._read else ticks
        if segment.start != expected:
            raise BadOutput("gap", f"{segment.name} starts at {segment.start}, not at {expected}")
        self._read.append(segment)

    def _part(self) -> Part:
        digest = hashlib.sha256(self._init).hexdigest()
        return Part(self.folder, digest, self._track.codec, self._track.timescale, self.segments)


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
