"""What a source is, and what is to come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import clips

Make = Callable[[Path], None]


@dataclass(frozen=True)
class Plays:
    """`frames` are those of the plan's grid: exactly, or from … to where the source leaves it open. 0: no pictures.

    `sounds` are (rendition, channels) and `texts` the number of text tracks. `tells_time`: the pictures are those of
    `patterns.clock` at this rate, whose first `skipped` frames are not shown; `synchronous`: with its beeps.
    """

    frames: int | tuple[int, int] = 0
    rate: str = ""
    size: str = "192x108"
    sounds: tuple[str, ...] = ("a128",)
    chunks: int | None = None
    duration_s: float | None = None
    tells_time: bool = False
    synchronous: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Refused:
    """`at`: `adding` (nothing is left of it) or `encoding` (the item fails, its source stays)."""

    code: str
    at: str = "adding"
    remark: str = ""


@dataclass(frozen=True)
class Source:
    """`what`: as the table in the docs says it. `settings`: streaming settings instead of the usual small ones."""

    name: str
    ending: str
    what: str
    make: Make
    outcome: Plays | Refused
    settings: dict[str, object] = field(default_factory=dict)

    def path(self) -> Path:
        """Made once per test process."""
        path = clips.folder() / f"source-{self.name}.{self.ending}"
        if not path.exists():
            part = path.with_name(f"making-{path.name}")
            self.make(part)
            part.rename(path)
        return path


def by_ffmpeg(*options: object) -> Make:
    """One FFmpeg line; the file to write is put at its end."""

    def make(path: Path) -> None:
        clips.ffmpeg(*options, path)

    return make
