"""File names that people bring, made harmless; they are shown, and never become a path."""

import re
import unicodedata
from mimetypes import guess_type
from pathlib import PurePath

from apps.media.ffmpeg.facts import Probe

_LONGEST = 200
_LONGEST_ENDING = 9
_TYPES = {
    "mov": ("video/mp4", "audio/mp4", "mp4"),
    "matroska": ("video/x-matroska", "audio/x-matroska", "mkv"),
    "mpegts": ("video/mp2t", "video/mp2t", "ts"),
    "ogg": ("video/ogg", "audio/ogg", "ogg"),
    "mp3": ("audio/mpeg", "audio/mpeg", "mp3"),
    "flac": ("audio/flac", "audio/flac", "flac"),
    "wav": ("audio/wav", "audio/wav", "wav"),
    "avi": ("video/x-msvideo", "video/x-msvideo", "avi"),
}


def clean_name(raw: str) -> str:
    """The last part of a name, without control signs and marks of direction, at most 200 characters, never empty.

    A short ending survives the cut.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", raw))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if len(shown) > _LONGEST:
        ending = PurePath(shown).suffix
        ending = ending if len(ending) <= _LONGEST_ENDING else ""
        shown = shown[: _LONGEST - len(ending)].rstrip(" .") + ending
    return shown or "file"


def title_from(name: str) -> str:
    """`my_great-film.final.mp4` → `my great-film.final`."""
    return PurePath(clean_name(name)).stem.replace("_", " ").strip() or "Untitled"


def content_type(name: str, probe: Probe) -> str:
    """By what the file is; its name decides only where the container leaves it open."""
    known = _TYPES.get(probe.container.split(",")[0])
    if known:
        return known[0] if probe.video else known[1]
    guessed, _ = guess_type(name)
    return guessed if guessed and guessed.startswith(("audio/", "video/")) else "application/octet-stream"


def extension(name: str, probe: Probe) -> str:
    """A short ending for the stored file, of harmless letters."""
    ending = PurePath(clean_name(name)).suffix.lstrip(".").lower()
    if re.fullmatch(r"[a-z0-9]{1,8}", ending):
        return ending
    known = _TYPES.get(probe.container.split(",")[0])
    return known[2] if known else "bin"


def served_type(content_type: str) -> str:
    """A browser must never take an original for a page or a script: what is no plain audio or video is just bytes."""
    known = re.fullmatch(r"(?:audio|video)/[a-z0-9][a-z0-9.+-]{0,60}", content_type)
    return content_type if known else "application/octet-stream"
