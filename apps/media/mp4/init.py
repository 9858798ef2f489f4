"""What an initialisation segment says: per track its timescale and the codec as RFC 6381 writes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.media.mp4.boxes import Box, Malformed, children, full, inside, only, read, top

_SAMPLE_ENTRY = {"vide": 78, "soun": 28}


@dataclass(frozen=True)
class Track:
    """`handler` is `vide` or `soun`; `default_duration` and `default_flags` come from the track's `trex`."""

    number: int
    handler: str
    timescale: int
    codec: str
    default_duration: int = 0
    default_flags: int = 0


def read_init(data: bytes) -> dict[int, Track]:
    """The tracks of an initialisation segment by number. Raises Malformed."""
    moov = next((box for box in top(data) if box.kind == "moov"), None)
    if moov is None:
        raise Malformed("there is no moov")
    defaults = dict(_defaults(data, moov))
    found = (_track(data, trak, defaults) for trak in inside(data, moov, "trak"))
    return {track.number: track for track in found}


def _defaults(data: bytes, moov: Box) -> Iterator[tuple[int, tuple[int, int]]]:
    for mvex in inside(data, moov, "mvex"):
        for trex in inside(data, mvex, "trex"):
            _, _, at = full(data, trex)
            number, _, duration, _, flags = read(data, "5I", at, trex.end)
            yield number, (duration, flags)


def _track(data: bytes, trak: Box, defaults: dict[int, tuple[int, int]]) -> Track:
    tkhd = only(data, trak, "tkhd")
    version, _, at = full(data, tkhd)
    (number,) = read(data, "I", at + (16 if version == 1 else 8), tkhd.end)
    hdlr = only(data, trak, "mdia", "hdlr")
    (handler,) = read(data, "4s", hdlr.body + 8, hdlr.end)
    name = handler.decode("latin-1")  # type: ignore[attr-defined]
    duration, flags = defaults.get(number, (0, 0))
    return Track(number, name, _timescale(data, trak), _codec(data, trak, name), duration, flags)


def _timescale(data: bytes, trak: Box) -> int:
    mdhd = only(data, trak, "mdia", "mdhd")
    version, _, at = full(data, mdhd)
    (timescale,) = read(data, "I", at + (16 if version == 1 else 8), mdhd.end)
    if not timescale:
        raise Malformed("a track has no timescale")
    return timescale


def _codec(data: bytes, trak: Box, handler: str) -> str:
    stsd = only(data, trak, "mdia", "minf", "stbl", "stsd")
    entry = next(children(data, stsd.body + 8, stsd.end), None)
    if entry is None or handler not in _SAMPLE_ENTRY:
        return ""
    settings = {box.kind: box for box in children(data, entry.body + _SAMPLE_ENTRY[handler], entry.end)}
    if "avcC" in settings:
        return _avc(data, entry.kind, settings["avcC"])
    if "hvcC" in settings:
        return _hevc(data, entry.kind, settings["hvcC"])
    if "av1C" in settings:
        return _av1(data, settings["av1C"])
    if "esds" in settings:
        return _mpeg4_audio(data, settings["esds"])
    return {"Opus": "opus", "fLaC": "flac"}.get(entry.kind, entry.kind)


def _avc(data: bytes, kind: str, box: Box) -> str:
    """ISO/IEC 14496-15: profile, compatibility and level, in hexadecimal."""
    _, profile, compatible, level = read(data, "4B", box.body, box.end)
    return f"{kind}.{profile:02X}{compatible:02X}{level:02X}"


def _hevc(data: bytes, kind: str, box: Box) -> str:
    """ISO/IEC 14496-15, annex E: profile space and number, reversed compatibility, tier and level, constraints."""
    _, profile, compatible, *constraints, level = read(data, "BBI6BB", box.body, box.end)
    space = ("", "A", "B", "C")[profile >> 6]
    tier = "H" if profile & 0x20 else "L"
    while constraints and not constraints[-1]:
        constraints.pop()
    reverse = int(f"{compatible:032b}"[::-1], 2)
    tail = "".join(f".{byte:X}" for byte in constraints)
    return f"{kind}.{space}{profile & 0x1F}.{reverse:X}.{tier}{level}{tail}"


def _av1(data: bytes, box: Box) -> str:
    """The AV1 codec ISO media file format binding, section 5."""
    _, sequence, depth, _ = read(data, "4B", box.body, box.end)
    bits = 12 if depth & 0x20 else 10 if depth & 0x40 else 8
    return f"av01.{sequence >> 5}.{sequence & 0x1F:02d}{'H' if depth & 0x80 else 'M'}.{bits:02d}"


def _descriptor(data: bytes, at: int, end: int, tag: int) -> int:
    """Where the content of an MPEG-4 descriptor begins; its length is written in groups of seven bits."""
    (found,) = read(data, "B", at, end)
    if found != tag:
        raise Malformed("an MPEG-4 descriptor is missing")
    for offset in range(1, 5):
        (part,) = read(data, "B", at + offset, end)
        if not part & 0x80:
            return at + offset + 1
    raise Malformed("an MPEG-4 descriptor is too long")


def _mpeg4_audio(data: bytes, box: Box) -> str:
    """ISO/IEC 14496-1: the object type of the decoder, and for AAC the audio object type of its settings."""
    at = _descriptor(data, box.body + 4, box.end, 0x03)
    (flags,) = read(data, "B", at + 2, box.end)
    at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
    at = _descriptor(data, at, box.end, 0x04)
    (object_type,) = read(data, "B", at, box.end)
    if object_type != 0x40:
        return f"mp4a.{object_type:02x}"
    at = _descriptor(data, at + 13, box.end, 0x05)
    (word,) = read(data, "H", at, box.end)
    audio_type = word >> 11
    return f"mp4a.40.{audio_type if audio_type != 31 else 32 + (word >> 5 & 0x3F)}"
