"""The five pieces: what each is called, and how its files are made. A soundboard is a piece of eight items."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from apps.catalog.enums import Kind
from apps.media.ffmpeg.run import Check
from apps.streaming.demo import music, pictures, talk

Make = Callable[[Path, "Size", Check | None], Path]
_DUSK_CHORDS = ((57, 60, 64), (53, 57, 60), (48, 55, 64), (55, 59, 62))
_POND_CHORDS = ((62, 65, 69), (58, 62, 65), (60, 64, 67), (57, 60, 65))


@dataclass(frozen=True)
class Size:
    """How large the films are, and how long; tests make them tiny."""

    width: int = 852
    height: int = 480
    seconds: float = 12


@dataclass(frozen=True)
class Piece:
    """One item of the demo. `make` writes its file below the folder and returns it."""

    title: str
    kind: str
    make: Make


def pieces() -> Iterator[Piece]:
    """In the order in which they are put on: what leads the front page comes last."""
    for title in music.CLIPS:
        yield Piece(title, Kind.CLIP, _clip(title))
    yield Piece("A voice that nobody has", Kind.VIDEO, _talk)
    yield Piece("Doors at eight", Kind.TRACK, _song)
    yield Piece("Life in a pond", Kind.VIDEO, _film(pictures.POND, _POND_CHORDS))
    yield Piece("Dusk over the bandstand", Kind.VIDEO, _film(pictures.DUSK, _DUSK_CHORDS))


def _clip(title: str) -> Make:
    def make(folder: Path, _size: Size, check: Check | None) -> Path:
        sound, target = folder / "clip.wav", folder / "clip.flac"
        music.write_clip(sound, title)
        pictures.write_clip(target, sound=sound, title=title, check=check)
        return target

    return make


def _film(pattern: str, chords: tuple[tuple[int, ...], ...]) -> Make:
    def make(folder: Path, size: Size, check: Check | None) -> Path:
        sound, target = folder / "film.wav", folder / "film.mp4"
        music.write_bed(sound, size.seconds, chords)
        drawn = pictures.drawn(pattern, size.width, size.height, size.seconds)
        pictures.write_film(target, pictures=drawn, sound=sound, check=check)
        return target

    return make


def _talk(folder: Path, size: Size, check: Check | None) -> Path:
    voice, target = folder / "voice.wav", folder / "talk.mp4"
    talk.write_voice(voice)
    captions = {language: folder / f"{language}.srt" for language in talk.LINES}
    for language, path in captions.items():
        talk.write_captions(path, language)
    shown = (min(size.width, 640), min(size.height, 360))
    pictures.write_talk(target, voice=voice, captions=captions, size=shown, check=check)
    return target


def _song(folder: Path, _size: Size, check: Check | None) -> Path:
    sound, target = folder / "song.wav", folder / "song.m4a"
    music.write_song(sound)
    words = {
        "title": "Doors at eight",
        "artist": "The House Band",
        "album": "Bandstand",
        "genre": "Demo",
        "date": "2026",
    }
    pictures.write_song(target, sound=sound, words=words, chapters=music.chapters(), check=check)
    return target
