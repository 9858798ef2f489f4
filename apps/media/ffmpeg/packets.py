"""The packets of one stream, one by one and undecoded, and what the stream's header says about them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.core.embedded import binaries
from apps.media.conf import limits
from apps.media.ffmpeg.allowed import address, input_options
from apps.media.ffmpeg.run import capture, feed

_ENTRIES = "packet=pts,dts,duration,size,pos,flags"
_NUMBERS = 5


@dataclass(frozen=True)
class Packet:
    """`shown`, `decoded` and `duration` in the stream's time base; `size` bytes at `at` in the file."""

    shown: int
    decoded: int
    duration: int
    size: int
    at: int
    key: bool
    dropped: bool


def read_header(path: Path, index: int, *, check: Callable[[], None] | None = None) -> Mapping[str, Any]:
    """All that ffprobe knows of the stream without reading far. Raises ProgramError's kinds."""
    line = [*_line(index), "-show_streams", "-of", "json", address(path)]
    answer, _ = capture(line, wall_s=limits().probe_timeout_s, check=check)
    streams = json.loads(answer).get("streams", [])
    header: Mapping[str, Any] = streams[0] if streams else {}
    return header


def read_packets(
    path: Path,
    index: int,
    take: Callable[[Packet | None], None],
    *,
    wall_s: float,
    first_s: int | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Hands every packet to `take`, or those of the first seconds; None for one that lacks a number.

    Whatever `take` raises stops the reading. Raises ProgramError's kinds.
    """
    some = ["-read_intervals", f"%+{first_s}"] if first_s else []
    line = [*_line(index), *some, "-show_entries", _ENTRIES, "-of", "csv=p=0", address(path)]
    rest = b""

    def read(part: bytes) -> bool:
        nonlocal rest
        *rows, rest = (rest + part).split(b"\n")
        for row in rows:
            take(_packet(row.decode("ascii", "replace")))
        return bool(rows)

    feed(line, read, wall_s=wall_s, check=check)


def _line(index: int) -> list[str]:
    options = [part for name, value in input_options().items() for part in (f"-{name}", value)]
    return [str(binaries.ffprobe()), "-v", "error", "-hide_banner", *options, "-select_streams", str(index)]


def _packet(row: str) -> Packet | None:
    *numbers, flags = row.rstrip(",").split(",")[: _NUMBERS + 1]
    if len(numbers) != _NUMBERS or not all(text.lstrip("-").isdigit() for text in numbers):
        return None
    shown, decoded, duration, size, at = map(int, numbers)
    return Packet(shown, decoded, duration, size, at, key="K" in flags, dropped="D" in flags or "C" in flags)
