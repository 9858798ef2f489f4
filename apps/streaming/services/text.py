"""Subtitles and captions out of a source, as WebVTT beside the pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models.functions import Now

from apps.media import disk
from apps.media.enums import Place
from apps.media.errors import ProgramError, ProgramKilled
from apps.media.ffmpeg.run import run
from apps.media.room import prove_room
from apps.media.storage.places import quick_bucket
from apps.streaming.encode.text import MAX_BYTES, text_file, text_line
from apps.streaming.enums import RenditionKind
from apps.streaming.models import Generation, Rendition
from apps.streaming.plan import TextPlan
from apps.streaming.playlists import text_playlist
from apps.streaming.services.beside import keeping
from apps.streaming.services.commit import Attempt
from apps.streaming.services.encode import Watcher
from apps.streaming.services.source import source_of
from apps.streaming.webvtt import read_cues, write_cues

FILE = "subtitles.vtt"
_WALL_S = 6 * 3600
_NOTE_SIGNS = 300


@dataclass(frozen=True)
class Words:
    """One track: its WebVTT, or in `trouble` why there is none."""

    track: TextPlan
    vtt: str = ""
    trouble: str = ""


def extract_text(*, generation: Generation, folder: Path, watcher: Watcher, killed_before: bool = False) -> list[Words]:
    """All text tracks of the source. One that FFmpeg cannot read does not keep it from the others.

    Raises DiskFull; and ProgramKilled, unless `killed_before`: then the track is to blame, not the machine.
    """
    whole = generation.what_to_make

    def convert(tracks: Sequence[TextPlan], source: Path) -> Iterator[Words]:
        try:
            run(
                text_line(source, whole, tracks, folder),
                wall_s=_WALL_S,
                on_progress=watcher.on_progress,
                check=watcher.check,
            )
        except ProgramError as error:
            prove_room(folder)
            if isinstance(error, ProgramKilled) and not killed_before:
                raise
            if len(tracks) == 1:
                yield Words(tracks[0], trouble=f"cannot be read ({error})")
                return
            for track in tracks:
                yield from convert([track], source)
            return
        prove_room(folder)
        yield from (_read(track, text_file(folder, track), whole.duration_ms) for track in tracks)

    with source_of(generation, watcher.check) as source:
        return list(convert(whole.text, source))


def _read(track: TextPlan, file: Path, duration_ms: int) -> Words:
    size = file.stat().st_size if file.exists() else 0
    if size >= MAX_BYTES:
        return Words(track, trouble="is too long")
    raw = file.read_text("utf-8", "replace") if size else ""
    cues = read_cues(raw, until_ms=duration_ms)
    return Words(track, write_cues(cues)) if cues else Words(track, trouble="is empty")


def keep_text(*, generation: Generation, found: Sequence[Words], attempt: Attempt) -> None:
    """Writes the tracks and their playlists. Those that there is nothing of leave the generation, with a note."""
    with keeping(generation, attempt) as own:
        rows = generation.renditions.filter(kind=RenditionKind.TEXT)
        for words in found:
            row = rows.filter(name=words.track.name)
            if words.vtt:
                _write(generation, words)
                row.update(size_bytes=len(words.vtt.encode()), updated_at=Now())
            else:
                row.delete()
        troubles = [f"The text {words.track.name} {words.trouble}." for words in found if words.trouble]
        note = own.values_list("note", flat=True).get()
        fresh = [trouble for trouble in troubles if trouble not in note]
        if fresh:
            own.update(note=" ".join([*([note] if note else []), *fresh])[:_NOTE_SIGNS])


def texts_of(generation: Generation) -> Sequence[Rendition]:
    """The tracks that can be read by now, in the order of the source."""
    rows = generation.renditions.filter(kind=RenditionKind.TEXT, size_bytes__gt=0)
    return sorted(rows, key=lambda row: (len(row.name), row.name))


def read_text(track: Rendition) -> str:
    """A track's WebVTT, from wherever its generation lives. Raises FileNotFoundError, or StorageTrouble."""
    made = track.generation
    if made.storage == Place.S3:
        pieces = quick_bucket().blocks(f"{made.prefix}{track.name}/{FILE}", track.size_bytes)
        return b"".join(pieces).decode("utf-8", "replace")
    return (track.folder / FILE).read_text("utf-8", "replace")


def _write(generation: Generation, words: Words) -> None:
    folder = generation.folder / words.track.name
    folder.mkdir(parents=True, exist_ok=True)
    disk.write(folder / FILE, words.vtt)
    disk.write(folder / "playlist.m3u8", text_playlist(FILE, generation.what_to_make.duration_ms / 1000))
