"""What FFmpeg draws for the demo, in the site's ink, paper and brass, and how it is put into files with sound.

Key frames lie on the grid of our segments, so that publishing may keep the pictures as they are.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from apps.media.ffmpeg.allowed import address
from apps.media.ffmpeg.commands import line, output
from apps.media.ffmpeg.run import Check, run

_RATE, _SEGMENT_S = 25, 4
_WALL_S = 300
_X264 = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": 24,
    "bf": 0,
    "g": _RATE * _SEGMENT_S,
    "keyint_min": _RATE * _SEGMENT_S,
    "sc_threshold": 0,
    "maxrate": "800k",
    "bufsize": "800k",
    "pix_fmt": "yuv420p",
    "threads": 1,
}
_AAC = {"c:a": "aac", "b:a": "160k"}
_EXACT = {"fflags": "+bitexact", "flags:v": "+bitexact", "flags:a": "+bitexact"}

DUSK = (
    "gradients=s={quarter}:r=25:d={seconds}:n=5:c0=0x151922:c1=0x2a3145:c2=0x7f570d:c3=0xdfb768:c4=0xecd196"
    ":x0={w4}:y0={h}:x1={w2}:y1=0:type=linear:speed=0.012:seed=11"
    ",scale={size}:flags=bicubic"
)
POND = (
    "life=s={eighth}:r=12:ratio=0.16:seed=20:mold=18:life_color=0xdfb768:death_color=0x2a3145:mold_color=0x1c212d"
    ",scale={size}:flags=neighbor,fps=25"
)


def drawn(pattern: str, width: int, height: int, seconds: float) -> Any:
    """One of the patterns above, as an input."""
    words = {
        "size": f"{width}x{height}",
        "quarter": f"{width // 4}x{height // 4}",
        "eighth": f"{width // 8}x{height // 8}",
        "seconds": f"{seconds:g}",
        "w4": width // 16,
        "w2": width // 8,
        "h": height // 4 - 1,
    }
    return ffmpeg.input(pattern.format(**words), f="lavfi", t=f"{seconds:g}")


def write_film(target: Path, *, pictures: Any, sound: Path, check: Check | None = None) -> None:
    _write([pictures["v"], _wave(sound)["a"]], target, {**_X264, **_AAC}, check)


def write_talk(
    target: Path, *, voice: Path, captions: Mapping[str, Path], size: tuple[int, int], check: Check | None = None
) -> None:
    """The voice as a moving line, with a track of text for each language."""
    width, height = size
    heard = _wave(voice)["a"]
    seen = heard.filter("showwaves", s=f"{width}x{height}", mode="cline", rate=_RATE, colors="0xdfb768", scale="sqrt")
    ground = ffmpeg.input(f"color=c=0x151922:s={width}x{height}:r={_RATE}", f="lavfi")
    pictures = ffmpeg.overlay(ground["v"], seen, shortest=1, format="gbrp")
    texts = [ffmpeg.input(address(path), f="srt")["s"] for path in captions.values()]
    languages = {f"metadata:s:s:{number}": f"language={name}" for number, name in enumerate(captions)}
    _write([pictures, heard, *texts], target, {**_X264, **_AAC, "c:s": "mov_text", **languages}, check)


def write_song(
    target: Path,
    *,
    sound: Path,
    words: Mapping[str, str],
    chapters: Sequence[tuple[int, int, str]],
    check: Check | None = None,
) -> None:
    """Sound with tags, chapters and a cover of its own."""
    described = target.with_suffix(".words")
    described.write_text(_ffmetadata(words, chapters), encoding="utf-8")
    cover = target.with_name("cover.jpg")
    still = {"c:v": "mjpeg", "q:v": 3, "frames:v": 1, "f": "mjpeg"}
    _write([drawn(DUSK, 720, 720, 1)["v"]], cover, still, check)
    kept = ffmpeg.input(address(cover), f="mjpeg")["v"]
    options = {**_AAC, "b:a": "192k", "c:v": "copy", "disposition:v:0": "attached_pic", "f": "mp4"}
    _write([_wave(sound)["a"], kept], target, {**options, "map_metadata": 2, "map_chapters": 2}, check, described)


def write_clip(target: Path, *, sound: Path, title: str, check: Check | None = None) -> None:
    _write([_wave(sound)["a"]], target, {"c:a": "flac", "metadata": f"title={title}"}, check)


def _wave(path: Path) -> Any:
    return ffmpeg.input(address(path), f="wav")


def _write(
    streams: Sequence[Any], target: Path, options: Mapping[str, Any], check: Check | None, words: Path | None = None
) -> None:
    composed = line(output(streams, address(target), **options, **_EXACT))
    if words:  # has no streams: nothing that could be composed
        after = len(composed) - composed[::-1].index("-i") + 1
        composed[after:after] = ["-f", "ffmetadata", "-i", address(words)]
    run(composed, wall_s=_WALL_S, check=check)


def _ffmetadata(words: Mapping[str, str], chapters: Sequence[tuple[int, int, str]]) -> str:
    head = "".join(f"{name}={value}\n" for name, value in words.items())
    marks = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n" for start, end, title in chapters
    )
    return f";FFMETADATA1\n{head}{marks}"
