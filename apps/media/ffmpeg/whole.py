"""Is the whole file here? MP4, Matroska and RIFF say how long they are; a download that broke off is shorter."""

from pathlib import Path
from typing import IO

from apps.media.errors import MediaRefused

_MAX_BOXES = 100_000
_CARRIERS = frozenset({b"mdat", b"moov", b"moof"})
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_UNSAID = frozenset({0, 0xFFFFFFFF})


def check_whole(path: Path) -> None:
    """Refuses a file whose content claims to go on beyond its end. Containers that do not say are taken as they are."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] == b"ftyp":
            claimed = _end_of_boxes(file, size)
        elif head[:4] == _EBML:
            claimed = _end_of_segment(file)
        elif head[:4] in {b"RIFF", b"RF64"}:
            length = int.from_bytes(head[4:8], "little")
            claimed = 0 if length in _UNSAID else length + 7  # writers disagree about the byte that pads
        else:
            claimed = 0
    if claimed > size:
        raise MediaRefused("This file is cut off: its end is missing.", code="truncated")


def _end_of_boxes(file: IO[bytes], size: int) -> int:
    """Where the last box that carries something ends; junk after it does not count."""
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8:  # 0: to the end of the file
            return 0
        at += length
        if at > size:
            return at if head[4:8] in _CARRIERS else 0
    return 0


def _end_of_segment(file: IO[bytes]) -> int:
    """Where Matroska's one segment ends (RFC 8794: an id, then a length whose leading zeros tell its width)."""
    file.seek(4)
    header, _ = _variable_length(file)
    file.seek(header, 1)
    if file.read(4) != _SEGMENT:
        return 0
    length, unknown = _variable_length(file)
    return 0 if unknown else file.tell() + length


def _variable_length(file: IO[bytes]) -> tuple[int, bool]:
    first = file.read(1)
    if not first or not first[0]:
        return 0, True
    width = 9 - first[0].bit_length()
    value = int.from_bytes(first + file.read(width - 1), "big") & ((1 << 7 * width) - 1)
    return value, value == (1 << 7 * width) - 1
