"""What a source is, and what is to come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import clips

Make = Callable[[Path], None]

SENTENCES = {
    "empty": "{name} is empty.",
    "not_media": "This is no audio or video that can be read here.",
    "playlist": "This is a playlist; only the media itself can be taken.",
    "text": "This is text, not audio or video.",
    "too_many_pixels": "The picture is too large: 8192 × 8192 pixels.",
    "too_many_streams": "This file has more than 16 streams.",
    "truncated": "This file is cut off: its end is missing.",
}


@dataclass(frozen=True)
class Plays:
    """What is published. `frames`: exactly, or from … to where the source leaves it open; 0: no pictures.

    `tells_time`: the pictures are `patterns.clock`'s from its first one on, and all of them are there. `synchronous`: its
    beeps come with its flashes. `chunks` and `duration_s` where they matter; `settings` of the test decide about chunks.
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
    """Nothing is left of it; whoever brought it reads the sentence."""

    code: str

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


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
        """Made once per run."""
        return clips.kept(f"source-{self.name}.{self.ending}", self.make)


def by_ffmpeg(*options: object) -> Make:
    """One FFmpeg line; the file to write is put at its end."""

    def make(path: Path) -> None:
        clips.ffmpeg(*options, path)

    return make


def joined(*parts: list[str], ending: str) -> Make:
    """Parts that are written one after the other into one file, each with its own header."""

    def make(path: Path) -> None:
        found = []
        for number, options in enumerate(parts):
            piece = path.with_suffix(f".{number}.{ending}")
            clips.ffmpeg(*options, piece)
            found.append(piece.read_bytes())
            piece.unlink()
        path.write_bytes(b"".join(found))

    return make
