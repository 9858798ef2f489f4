"""How much a file really holds, counted packet by packet without decoding, on the timeline that FFmpeg makes of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apps.core.embedded import binaries
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.run import feed

# Formats whose time stamps may begin anew on the way. FFmpeg joins what lies on both sides of such a jump (its option
# `dts_delta_threshold`, in ffmpeg_demux.c): ten seconds ahead are one, a tenth of a second back is one too.
_MAY_JUMP = frozenset({"mpegts", "mpeg", "ogg"})
_AHEAD_US = 10_000_000
_BACK_US = 100_000


@dataclass
class StreamCount:
    """`end_us` is the end of the last shown packet in the file's own time; 0 where packets carry no times.

    `guessed`: some packets only say when they are decoded (AVI), so that pictures can be shown a little later than that.
    """

    packets: int = 0
    end_us: int = 0
    guessed: bool = False


@dataclass
class FileCount:
    """What each stream holds, by its index, and how often the time stamps begin anew."""

    streams: dict[int, StreamCount] = field(default_factory=dict)
    jumps: int = 0

    @property
    def end_us(self) -> int:
        return max((stream.end_us for stream in self.streams.values()), default=0)


def may_jump(container: str) -> bool:
    """Whether time stamps of this format (ffprobe's name for it) may begin anew, and headers say little of its length."""
    return container in _MAY_JUMP


def count_packets(
    path: Path, indexes: Collection[int], *, container: str, wall_s: float, check: Callable[[], None] | None = None
) -> FileCount:
    """Reads the whole file once. Packets that are only there to be thrown away (edit lists) do not count."""
    options = [part for name, value in input_options().items() for part in (f"-{name}", value)]
    line = [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options]
    line += ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags", "-of", "csv=p=0"]
    counter = _Counter(indexes, _Joiner() if may_jump(container) else None)
    feed([*line, address(path)], counter, wall_s=wall_s, check=check)
    return counter.finished()


class _Joiner:
    """Where packets come to lie once what is between two jumps is joined."""

    def __init__(self) -> None:
        self.moved_us = self.jumps = 0
        self._next: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._anywhere: int | None = None

    def moved_by(self, index: int, decoded: int, lasts: int) -> int:
        """How far this packet is moved."""
        at = decoded + self.moved_us
        expected = self._next.get(index, self._anywhere)
        if expected is not None and (
            abs(at - expected) > _AHEAD_US or (index in self._last and at + _BACK_US < self._last[index])
        ):
            self.moved_us -= at - expected
            self.jumps += 1
            at = expected
        self._last[index], self._next[index], self._anywhere = at, at + lasts, at
        return self.moved_us


class _Counter:
    def __init__(self, indexes: Collection[int], joiner: _Joiner | None) -> None:
        self._found: Mapping[int, StreamCount] = {index: StreamCount() for index in indexes}
        self._joiner = joiner
        self._rest = b""

    def __call__(self, part: bytes) -> bool:
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            fields = line.decode("ascii", "replace").split(",")
            if len(fields) >= 5 and fields[0].isdigit() and int(fields[0]) in self._found and "D" not in fields[4]:
                self._add(int(fields[0]), *map(_micros, fields[1:4]))
        return bool(lines)

    def finished(self) -> FileCount:
        return FileCount(dict(self._found), self._joiner.jumps if self._joiner else 0)

    def _add(self, index: int, shown: int | None, decoded: int | None, lasts: int | None) -> None:
        stream = self._found[index]
        stream.packets += 1
        moved = 0
        if self._joiner and (known := decoded if decoded is not None else shown) is not None:
            moved = self._joiner.moved_by(index, known, lasts or 0)
        if shown is None:
            stream.guessed |= decoded is not None
            shown = decoded
        if shown is not None:
            stream.end_us = max(stream.end_us, shown + moved + (lasts or 0))


def _micros(text: str) -> int | None:
    """Seconds with six decimals; None for N/A."""
    try:
        return round(float(text) * 1_000_000)
    except ValueError:
        return None
