"""Pictures for the seek bar: which moments get one, and how they lie in sheets. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

MOST_PICTURES = 600
_LONGER_SIDE = 160
_ACROSS = 10
_A_SHEET = _ACROSS * _ACROSS
_VERSION = 1


@dataclass(frozen=True)
class Sheets:
    """`count` pictures of `width` × `height`, row by row, in sheets of `columns` × `rows`."""

    width: int
    height: int
    columns: int
    rows: int
    count: int

    @property
    def names(self) -> list[str]:
        return [sheet_name(number) for number in range(1, ceil(self.count / (self.columns * self.rows)) + 1)]

    def place(self, number: int) -> tuple[str, int, int]:
        """Sheet, left and top of a picture, counted from 0."""
        sheet, inside = divmod(number, self.columns * self.rows)
        row, column = divmod(inside, self.columns)
        return self.names[sheet], column * self.width, row * self.height


def sheet_name(number: int) -> str:
    return f"sheet_{number:03}.jpg"


def choose(segments: int) -> list[int]:
    """The segments whose first frames are shown: all of them, or every second one, or …, at most `MOST_PICTURES`."""
    return list(range(0, segments, max(1, ceil(segments / MOST_PICTURES))))


def lay_out(width: int, height: int, count: int) -> Sheets:
    """Sheets for pictures of this shape. Fewer than a row, or than a sheet, make a smaller one."""
    scale = min(Fraction(1), Fraction(_LONGER_SIDE, max(width, height)))
    columns = min(_ACROSS, count)
    rows = min(_ACROSS, ceil(count / columns))
    return Sheets(_even(width * scale), _even(height * scale), columns, rows, count)


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)


def as_vtt(sheets: Sheets, starts_ms: Sequence[int], end_ms: int) -> str:
    """A cue per picture, with the part of a sheet that shows it (Media Fragments URI 1.0)."""
    ends = [*starts_ms[1:], max(end_ms, starts_ms[-1] + 1)]
    blocks = ["WEBVTT\n"]
    for number, (start, end) in enumerate(zip(starts_ms, ends, strict=True)):
        name, left, top = sheets.place(number)
        where = f"{name}#xywh={left},{top},{sheets.width},{sheets.height}"
        blocks.append(f"{_clock(start)} --> {_clock(end)}\n{where}\n")
    return "\n".join(blocks)


def as_json(sheets: Sheets, starts_ms: Sequence[int], end_ms: int) -> str:
    """The same in a few numbers, for scripts."""
    return json.dumps(
        {
            "version": _VERSION,
            "width": sheets.width,
            "height": sheets.height,
            "columns": sheets.columns,
            "rows": sheets.rows,
            "sheets": sheets.names,
            "starts_ms": list(starts_ms),
            "end_ms": end_ms,
        },
        separators=(",", ":"),
    )


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
