"""What a file says about itself, from the names that containers and programs use for it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from apps.media.ffmpeg.facts import Tags
from apps.media.words import clean_words

LONGEST = 200
LONGEST_COMMENT = 2000
_OTHER_NAMES = {
    "date": ("year", "originaldate"),
    "track": ("tracknumber",),
    "disc": ("discnumber",),
    "album_artist": ("albumartist", "album artist"),
    "comment": ("description",),
}
_GAIN = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,6})?) ?dB", re.IGNORECASE | re.ASCII)


def read_tags(*sources: Mapping[str, Any]) -> Tags:
    """`sources` are ffprobe's tags of the container and of streams; the first that has something to say is believed."""
    found: dict[str, str] = {}
    for field in fields(Tags):
        names = (field.name, *_OTHER_NAMES.get(field.name, ()))
        longest = LONGEST_COMMENT if field.name == "comment" else LONGEST
        words = (clean_words(folded.get(name), longest) for folded in map(_folded, sources) for name in names)
        found[field.name] = next(filter(None, words), "")
    gain = _GAIN.fullmatch(found["replaygain_track_gain"])
    return Tags(**{**found, "replaygain_track_gain": f"{gain[1]} dB" if gain else ""})


def _folded(source: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in source.items()}
