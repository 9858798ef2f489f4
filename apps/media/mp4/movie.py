"""The `moov` of a whole file, found without reading the rest."""

from pathlib import Path

from apps.media.mp4.boxes import Malformed, full, inside, only, read, top

_MAX_TOP = 10_000
_MAX_MOOV = 64 << 20


def read_moov(path: Path) -> bytes:
    """The `moov` with its header. Raises Malformed where there is none, or one too large to be true."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        for _ in range(_MAX_TOP):
            file.seek(at)
            head = file.read(16)
            if len(head) < 8:
                break
            length, kind = int.from_bytes(head[:4]), head[4:8]
            length = int.from_bytes(head[8:16]) if length == 1 else length or size - at
            if length < 8 or at + length > size:
                break
            if kind == b"moov" and length <= _MAX_MOOV:
                file.seek(at)
                return file.read(length)
            at += length
    raise Malformed("there is no moov")


def descriptions(moov: bytes, track: int) -> int:
    """How many descriptions of its samples a track has: more than one means that its decoder must be set up anew on the way.

    Raises Malformed.
    """
    (box,) = top(moov)
    for trak in inside(moov, box, "trak"):
        tkhd = only(moov, trak, "tkhd")
        version, _, at = full(moov, tkhd)
        (number,) = read(moov, "I", at + (16 if version == 1 else 8), tkhd.end)
        if number == track:
            stsd = only(moov, trak, "mdia", "minf", "stbl", "stsd")
            return read(moov, "I", stsd.body + 4, stsd.end)[0]
    raise Malformed(f"there is no track {track}")
