"""How much a stream really holds, counted packet by packet without decoding."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from apps.core.embedded import binaries
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.run import feed


@dataclass
class StreamCount:
    """`end_us` is the end of the last shown packet in the file's own time; 0 where packets carry no times."""

    packets: int = 0
    end_us: int = 0


def count_stream(path: Path, index: int, *, wall_s: float, check: Callable[[], None] | None = None) -> StreamCount:
    """Reads the whole file once. Packets that are only there to be thrown away (edit lists) do not count."""
    options = [part for name, value in input_options().items() for part in (f"-{name}", value)]
    line = [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options, "-select_streams", str(index)]
    line += ["-show_entries", "packet=pts_time,duration_time,flags", "-of", "csv=p=0", address(path)]
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
            if len(fields) >= 3 and "D" not in fields[2]:
                self.found.packets += 1
                self.found.end_us = max(self.found.end_us, _micros(fields[0]) + _micros(fields[1]))
        return bool(lines)


def _micros(text: str) -> int:
    """Seconds with six decimals, or N/A."""
    try:
        return round(float(text) * 1_000_000)
    except ValueError:
        return 0
