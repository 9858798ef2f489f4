"""Media segments: what they hold, and moving them in time.

FFmpeg writes the start of a chunk into the edit list of the initialisation segment, which browsers ignore. Chunks are
therefore encoded from 0 and moved here: the start is added to every `tfdt` and to every `sidx`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from apps.media.mp4.boxes import Box, Malformed, full, inside, only, read, top
from apps.media.mp4.init import Track

MAX_SAMPLES = 1_000_000
_NOT_SYNC = 0x10000  # sample_is_non_sync_sample in the sample flags (ISO/IEC 14496-12, 8.8.3.1)


class TimeOverflow(Malformed):
    """A time no longer fits into its field."""


@dataclass(frozen=True)
class Run:
    """The samples of one fragment of one track, in ticks of the track's timescale."""

    track: int
    decode_start: int
    presentation_start: int
    samples: int
    ticks: int
    starts_with_sync: bool

    @property
    def decode_end(self) -> int:
        return self.decode_start + self.ticks


@dataclass(frozen=True)
class _Defaults:
    duration: int
    flags: int


def read_runs(data: bytes, tracks: dict[int, Track]) -> list[Run]:
    """Every track fragment of a segment, in order. Raises Malformed."""
    found = [
        _run(data, traf, tracks)
        for moof in (box for box in top(data) if box.kind == "moof")
        for traf in inside(data, moof, "traf")
    ]
    if not found:
        raise Malformed("there is no fragment")
    return found


def _run(data: bytes, traf: Box, tracks: dict[int, Track]) -> Run:
    tfhd = only(data, traf, "tfhd")
    (number,) = read(data, "I", tfhd.body + 4, tfhd.end)
    if number not in tracks:
        raise Malformed("a fragment belongs to no track")
    defaults = _fragment_defaults(data, tfhd, tracks[number])
    start = _decode_time(data, only(data, traf, "tfdt"))
    samples = [sample for trun in inside(data, traf, "trun") for sample in _samples(data, trun, defaults)]
    if not samples or len(samples) > MAX_SAMPLES:
        raise Malformed("a fragment has no samples or too many")
    decode, shown = start, []
    for duration, _, offset in samples:
        shown.append(decode + offset)
        decode += duration
    return Run(number, start, min(shown), len(samples), decode - start, not samples[0][1] & _NOT_SYNC)


def _fragment_defaults(data: bytes, tfhd: Box, track: Track) -> _Defaults:
    _, flags, at = full(data, tfhd)
    at += 4
    duration, sample_flags = track.default_duration, track.default_flags
    for bit, form in ((0x01, "Q"), (0x02, "I"), (0x08, "I"), (0x10, "I"), (0x20, "I")):
        if not flags & bit:
            continue
        (value,) = read(data, form, at, tfhd.end)
        at += struct.calcsize(form)
        duration = value if bit == 0x08 else duration
        sample_flags = value if bit == 0x20 else sample_flags
    return _Defaults(duration, sample_flags)


def _decode_time(data: bytes, tfdt: Box) -> int:
    version, _, at = full(data, tfdt)
    return read(data, "Q" if version else "I", at, tfdt.end)[0]


def _samples(data: bytes, trun: Box, defaults: _Defaults) -> Iterator[tuple[int, int, int]]:
    """Duration, flags and composition offset of each sample."""
    version, flags, at = full(data, trun)
    (count,) = read(data, "I", at, trun.end)
    at += 4 + (4 if flags & 0x1 else 0)
    first_flags = None
    if flags & 0x4:
        (first_flags,) = read(data, "I", at, trun.end)
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    form = "".join("i" if bit == 0x800 and version else "I" for bit in fields)
    if count > MAX_SAMPLES or at + count * 4 * len(fields) > trun.end:
        raise Malformed("a run claims more samples than it holds")
    for index in range(count):
        values = dict(zip(fields, read(data, form, at + index * 4 * len(fields), trun.end), strict=True))
        sample_flags = values.get(0x400, defaults.flags)
        if index == 0 and first_flags is not None:
            sample_flags = first_flags
        yield values.get(0x100, defaults.duration), sample_flags, values.get(0x800, 0)


def shift(data: bytes, ticks: int) -> bytes:
    """The same segment, `ticks` later. Raises TimeOverflow where a 32-bit or 64-bit field cannot hold the new time.

    Nothing changes its size, so offsets inside the segment stay true. All times are those of one track: FFmpeg gives
    `sidx` the timescale of the track that it indexes.
    """
    moved = bytearray(data)
    for box in top(data):
        if box.kind == "sidx":
            version, _, at = full(data, box)
            _add(moved, "Q" if version else "I", at + 8, box.end, ticks)
        elif box.kind == "moof":
            for traf in inside(data, box, "traf"):
                tfdt = only(data, traf, "tfdt")
                version, _, at = full(data, tfdt)
                _add(moved, "Q" if version else "I", at, tfdt.end, ticks)
    return bytes(moved)


def _add(data: bytearray, form: str, at: int, end: int, ticks: int) -> None:
    (old,) = read(data, form, at, end)
    new = old + ticks
    if not 0 <= new < 1 << (8 * struct.calcsize(">" + form)):
        raise TimeOverflow("a time does not fit into its field")
    struct.pack_into(">" + form, data, at, new)
