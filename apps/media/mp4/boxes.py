"""Walking boxes: bounded, and refusing every size that does not fit into what holds it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BOXES = 10_000


class Malformed(ValueError):
    """The bytes are not the boxes that they claim to be."""


@dataclass(frozen=True)
class Box:
    """One box of `data`: its type, where it starts, where its content starts and where it ends."""

    kind: str
    start: int
    body: int
    end: int


def read(data: bytes | bytearray, form: str, at: int, end: int) -> tuple[int, ...]:
    """`struct.unpack` of a big-endian form at `at`, if it ends at or before `end`."""
    size = struct.calcsize(">" + form)
    if at < 0 or at + size > min(end, len(data)):
        raise Malformed("a box ends before its fields do")
    return struct.unpack_from(">" + form, data, at)


def children(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    """The boxes that lie side by side between two offsets."""
    at = start
    for _ in range(MAX_BOXES):
        if at == end:
            return
        size, name = read(data, "I4s", at, end)
        body = at + 8
        if size == 1:
            (size,) = read(data, "Q", body, end)
            body += 8
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise Malformed("a box is larger than what holds it")
        yield Box(name.decode("latin-1"), at, body, at + size)  # type: ignore[attr-defined]
        at += size
    raise Malformed("there are too many boxes")


def top(data: bytes | bytearray) -> Iterator[Box]:
    return children(data, 0, len(data))


def inside(data: bytes | bytearray, box: Box, kind: str, *, skip: int = 0) -> Iterator[Box]:
    """The children of one kind, `skip` bytes into the box's content."""
    return (child for child in children(data, box.body + skip, box.end) if child.kind == kind)


def only(data: bytes | bytearray, box: Box, *path: str) -> Box:
    """The first box at the end of a path of kinds."""
    for kind in path:
        found = next(inside(data, box, kind), None)
        if found is None:
            raise Malformed(f"there is no {kind}")
        box = found
    return box


def full(data: bytes | bytearray, box: Box) -> tuple[int, int, int]:
    """Version, flags, and where the fields of a full box begin."""
    (word,) = read(data, "I", box.body, box.end)
    return word >> 24, word & 0xFFFFFF, box.body + 4
