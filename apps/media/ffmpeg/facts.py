"""What a probe found: frozen, JSON-able facts about one file."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Rate:
    """Frames per second as a fraction, because 29.97 is 30000/1001."""

    num: int
    den: int = 1

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"


@dataclass(frozen=True)
class VideoStream:
    """`width` and `height` are as shown: rotated, with square pixels. `rate` is the constant rate to encode at.

    `held_back` is how many frames a decoder keeps before it shows the first one (B-frames). `start_us` is the time stamp of
    the first picture, in the file's own time.
    """

    index: int
    codec: str
    width: int
    height: int
    rate: Rate
    constant_rate: bool
    duration_ms: int | None
    interlaced: bool = False
    hdr: bool = False
    rotation: int = 0
    held_back: int = 0
    alpha: bool = False
    pixel_format: str = ""
    kbps: int | None = None
    start_us: int = 0


@dataclass(frozen=True)
class AudioStream:
    index: int
    codec: str
    channels: int
    sample_rate: int
    language: str = ""
    title: str = ""
    default: bool = False
    kbps: int | None = None
    start_us: int = 0


@dataclass(frozen=True)
class TextStream:
    """Subtitles that are text; those that are pictures are left out."""

    index: int
    codec: str
    language: str = ""
    title: str = ""
    default: bool = False
    forced: bool = False
    described: bool = False


@dataclass(frozen=True)
class ChapterMark:
    start_ms: int
    end_ms: int
    title: str = ""


@dataclass(frozen=True)
class Tags:
    """What a file says about itself, as text, cleaned and cut to lengths that fit; empty where it says nothing."""

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    composer: str = ""
    genre: str = ""
    date: str = ""
    track: str = ""
    disc: str = ""
    comment: str = ""
    copyright: str = ""
    replaygain_track_gain: str = ""


@dataclass(frozen=True)
class Probe:
    """`start_us` is the first time stamp of the whole file; everything is played as if that were 0.

    `jumps`: how often time stamps begin anew on the way; FFmpeg joins what lies on both sides.
    """

    container: str
    duration_ms: int
    start_us: int
    size_bytes: int
    video: VideoStream | None
    audio: tuple[AudioStream, ...]
    cover_index: int | None = None
    text: tuple[TextStream, ...] = ()
    chapters: tuple[ChapterMark, ...] = ()
    tags: Tags = Tags()
    jumps: int = 0

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found

    @classmethod
    def from_json(cls, value: Any) -> "Probe":
        return _ADAPTER.validate_python(value)


_ADAPTER = TypeAdapter(Probe)
