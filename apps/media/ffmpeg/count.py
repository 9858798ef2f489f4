"""How much a stream really holds, counted packet by packet without decoding."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from apps.core.embedded import binaries
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.run import feed


@dataclass
class StreamCount:
    """`end_us` is the end of the last shown packet in the file's own time; 0 where packets carry no times.

    `guessed`: some packets only say when they are decoded (AVI), so that pictures can be shown a little later than that.
    """

    packets: int = 0
    end_us: int = 0
    guessed: bool = False


def count_stream(path: Path, index: int, *, wall_s: float, check: Callable[[], None] | None = None) -> StreamCount:
    """Reads the whole file once. Packets that are only there to be thrown away (edit lists) do not count."""
    options = [part for name, value in input_options().items() for part in (f"-{name}", value)]
    line = [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options, "-select_streams", str(index)]
    line += ["-show_entries", "packet=pts_time,dts_time,duration_time,flags", "-of", "csv=p=0", address(path)]
    counter = _Counter()
    feed(line, counter, wall_s=wall_s, check=check)
    return counter.found


class _Counter:
    def __init__(self) -> None:
        self.found = StreamCount()
        self.rest = b""

    def __call__(self, part: bytes) -> bool:
        *lines, self.rest = (self.rest + part).split(b"\n")
        for line in lines:
            fields = line.decode("ascii", "replace").split(",")
            if len(fields) >= 4 and "D" not in fields[3]:
                self._add(*fields[:3])
        return bool(lines)

    def _add(self, shown: str, decoded: str, duration: str) -> None:
        self.found.packets += 1
        at = _micros(shown)
        if at is None:
            at = _micros(decoded)
            self.found.guessed |= at is not None
        if at is not None:
            self.found.end_us = max(self.found.end_us, at + (_micros(duration) or 0))


def _micros(text: str) -> int | None:
    """Seconds with six decimals; None for N/A."""
    try:
        return round(float(text) * 1_000_000)
    except ValueError:
        return None
