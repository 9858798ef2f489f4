"""What FFmpeg tells about how far it is (`-progress`)."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """What FFmpeg has put out so far; `speed` is media time over wall time, 0 while unknown."""

    out_time_us: int = 0
    frames: int = 0
    speed: float = 0.0


class ProgressReader:
    """Reads the `key=value` blocks of `-progress`; says whether the output has grown."""

    def __init__(self, report: Callable[[Progress], None] | None) -> None:
        self.report = report
        self.rest = b""
        self.seen = Progress()
        self.block: dict[str, str] = {}

    def __call__(self, part: bytes) -> bool:
        *lines, self.rest = (self.rest + part).split(b"\n")
        moved = False
        for line in lines:
            key, _, value = line.decode("ascii", "replace").strip().partition("=")
            self.block[key] = value.strip()
            if key == "progress":
                moved = self._end_block() or moved
        return moved

    def _end_block(self) -> bool:
        now = Progress(
            out_time_us=int(_number(self.block.get("out_time_us", ""))),
            frames=int(_number(self.block.get("frame", ""))),
            speed=_number(self.block.get("speed", "").rstrip("x")),
        )
        moved = (now.out_time_us, now.frames) > (self.seen.out_time_us, self.seen.frames)
        self.seen = now
        if self.report:
            self.report(now)
        return moved


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
