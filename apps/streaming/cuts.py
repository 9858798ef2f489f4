"""Playlists for those who may have only part of a stream: cut when they are served, from the ones that all get. Pure."""

import re
from collections.abc import Collection, Iterator

_SEGMENT = re.compile(r"seg_([0-9]{5,7})\.m4s\Z")
_TEXT = re.compile(r"t[1-9][0-9]?\Z")
_ENDS = "#EXT-X-ENDLIST"


def segment_number(name: str) -> int | None:
    """The number of a segment, from 1 on; None for what is no segment."""
    found = _SEGMENT.search(name)
    return int(found[1]) if found else None


def is_text(rendition: str) -> bool:
    return bool(_TEXT.match(rendition))


def cut_media(playlist: str, segments: int) -> str:
    """The first segments alone, as something complete. One that has grown no further yet stays as it is, and grows."""
    lines: list[str] = []
    count = 0
    for line in playlist.splitlines():
        is_address = line and not line.startswith("#")
        if count == segments and (is_address or line.startswith(("#EXTINF", _ENDS))):
            return _ended(lines)
        count += bool(is_address)
        lines.append(line)
    return _ended(lines) if count == segments else playlist


def _ended(lines: list[str]) -> str:
    whole = ["#EXT-X-PLAYLIST-TYPE:VOD" if line.startswith("#EXT-X-PLAYLIST-TYPE") else line for line in lines]
    while whole and not whole[-1]:
        whole.pop()
    return "\n".join([*whole, _ENDS, ""])


def cut_master(playlist: str, *, without: Collection[str], with_texts: bool) -> str:
    """Without the variants of some renditions, and without tracks of text where nobody may have these."""
    return "\n".join([*_kept(playlist.splitlines(), frozenset(without), with_texts=with_texts), ""])


def _kept(lines: list[str], without: frozenset[str], *, with_texts: bool) -> Iterator[str]:
    held = ""
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF"):
            held = line if with_texts else re.sub(r',SUBTITLES="[^"]*"', "", line)
        elif held:
            if line.partition("/")[0] not in without:
                yield from (held, line)
            held = ""
        elif with_texts or not line.startswith("#EXT-X-MEDIA:TYPE=SUBTITLES"):
            yield line
