"""H.264 as it lies in MP4: each NAL unit after its length (ISO/IEC 14496-15); the kinds are those of ITU-T H.264, table 7-1."""

import os
from collections.abc import Iterator

SLICE, SLICE_OF_IDR = 1, 5
SETS = frozenset({7, 8, 13, 15})  # of parameters: sequence, picture, extension, subset
PICTURE = frozenset({1, 2, 3, 4, 5})
_MAX_UNITS = 2_000


class NotUnits(ValueError):
    """The bytes are no sequence of NAL units."""


def kinds(file: int, start: int, size: int, length_size: int) -> Iterator[int]:
    """The kind of each unit of one sample of an open file, of which only the first bytes are read. Raises NotUnits."""
    at, end = start, start + size
    for _ in range(_MAX_UNITS):
        if at == end:
            return
        head = os.pread(file, length_size + 1, at)
        length = int.from_bytes(head[:length_size])
        if len(head) <= length_size or not length or at + length_size + length > end:
            raise NotUnits("a unit is longer than its sample")
        yield head[length_size] & 0x1F
        at += length_size + length
    raise NotUnits("there are too many units")
