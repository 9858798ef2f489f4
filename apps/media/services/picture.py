"""A picture that stands for a stored file: the cover that is kept in it, else a moment of the film."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.media.errors import ProgramError, ProgramKilled
from apps.media.ffmpeg.facts import Probe, VideoStream
from apps.media.ffmpeg.run import capture
from apps.media.ffmpeg.stills import embedded_line, first_line, moment_line, square_line, still_line
from apps.media.webp import webp_size

WIDTHS = (320, 640, 1280)
# Where in the film to look; later ones where there is nothing but black before.
_SHARES = (0.1, 0.3, 0.6, 0.85)
_WALL_S = 60
_STILL_WALL_S = 15
_KEY_CHARS = 16
# How files of pictures begin, and which demuxer reads them. What is drawn by a program of its own (SVG) is not taken.
_STILLS = ((b"\x89PNG\r\n\x1a\n", "png_pipe"), (b"\xff\xd8\xff", "jpeg_pipe"))

Check = Callable[[], None] | None


@dataclass(frozen=True)
class Picture:
    """WebP files, narrow ones first; no two of the same width. `key` is a digest of their content."""

    key: str
    files: Sequence[Path]
    widths: Sequence[int]
    height: int
    embedded: bool


def picture_of(*, path: Path, probe: Probe, folder: Path, check: Check = None) -> Picture | None:
    """The file's picture, made below `folder`; None where there is none that can be read. Raises ProgramKilled if it
    could have been made but for the machine.
    """
    killed: ProgramKilled | None = None
    for number, (write, embedded) in enumerate(_ways(path, probe)):
        targets = _targets(folder / str(number))
        try:
            capture(write(targets), wall_s=_WALL_S, check=check)
        except ProgramKilled as error:
            killed = error
        except ProgramError:
            continue
        if found := _read(list(targets.values()), embedded=embedded):
            return found
    if killed:
        raise killed
    return None


def picture_from(*, path: Path, folder: Path, square: Sequence[int] = ()) -> Picture | None:
    """A picture that somebody chose (PNG, JPEG or WebP), made below `folder`; None where it is none that can be read.

    With `square` its middle, in exactly these widths; small ones are enlarged. Raises ProgramKilled where the machine was in
    the way.
    """
    with path.open("rb") as file:
        kind = _still_kind(file.read(16))
    if not kind:
        return None
    targets = _targets(folder / "chosen", square or WIDTHS)
    write = square_line if square else still_line
    try:
        capture(write(path, kind, targets), wall_s=_STILL_WALL_S)
    except ProgramKilled:
        raise
    except ProgramError:
        return None
    return _read(list(targets.values()), embedded=False)


def _still_kind(beginning: bytes) -> str:
    """The demuxer of a picture; empty for everything else."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp_pipe"
    return next((kind for magic, kind in _STILLS if beginning.startswith(magic)), "")


Way = Callable[[dict[int, Path]], list[str]]


def _ways(path: Path, probe: Probe) -> Iterator[tuple[Way, bool]]:
    """How to come by a picture, the best first, and whether that one is kept in the file."""
    cover, video = probe.cover_index, probe.video
    if cover is not None:
        yield (lambda targets: embedded_line(path, cover, targets)), True
    if video:
        length_s = (video.duration_ms or probe.duration_ms) / 1000
        for share in _SHARES:
            yield _moment(path, video, share * length_s), False
        yield (lambda targets: first_line(path, video, targets)), False


def _moment(path: Path, video: VideoStream, at_s: float) -> Way:
    return lambda targets: moment_line(path, video, at_s, targets)


def _targets(folder: Path, widths: Sequence[int] = WIDTHS) -> dict[int, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return {width: folder / f"{width}.webp" for width in widths}


def _read(files: Sequence[Path], *, embedded: bool) -> Picture | None:
    """What came out; of the same picture twice (it is narrower than was asked for) the first."""
    sizes: dict[int, tuple[Path, int]] = {}
    for file in files:
        size = _size(file)
        if size is None:
            return None
        sizes.setdefault(size[0], (file, size[1]))
    widths = sorted(sizes)
    kept = [sizes[width][0] for width in widths]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in kept)).hexdigest()
    return Picture(digest[:_KEY_CHARS], kept, widths, sizes[widths[-1]][1], embedded)


def _size(file: Path) -> tuple[int, int] | None:
    try:
        with file.open("rb") as opened:
            return webp_size(opened.read(30))
    except FileNotFoundError:
        return None
