"""Loudness after EBU R128, as FFmpeg's `ebur128` measures it, and the gain that players give to a thing."""

import re
from dataclasses import dataclass
from math import isfinite

# Raise the number when something else is measured, or in another way.
ANALYSER = "ffmpeg-ebur128/1"
# What ReplayGain 2 refers to, in LUFS.
REPLAYGAIN_REFERENCE = -18.0
# The absolute gate: nothing below it counts, and FFmpeg says exactly this where nothing counted.
_GATE_LUFS = -70.0
_GAIN_LIMIT_DB = 40.0


@dataclass(frozen=True)
class Measured:
    """`measurable` is False for silence and for what is shorter than a block of 400 ms: then there is no loudness.

    Every number is finite. The peak is empty for digital silence alone.
    """

    measurable: bool
    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None
    threshold_lufs: float | None = None


def parse_summary(text: str) -> Measured:
    """Reads what `ebur128` says at its end. What it did not say, or said as infinite, is empty."""
    peak = _number(text, r"True peak:\s+Peak:\s+(\S+) dBFS")
    integrated = _number(text, r"Integrated loudness:\s+I:\s+(\S+) LUFS")
    if integrated is None or integrated <= _GATE_LUFS or peak is None:
        return Measured(measurable=False, true_peak_dbtp=peak)
    return Measured(
        measurable=True,
        integrated_lufs=integrated,
        range_lu=_number(text, r"LRA:\s+(\S+) LU\s"),
        true_peak_dbtp=peak,
        threshold_lufs=_number(text, r"I:\s+\S+ LUFS\s+Threshold:\s+(\S+) LUFS"),
    )


def gain_db(*, integrated_lufs: float, true_peak_dbtp: float, target_lufs: float, ceiling_dbtp: float) -> float:
    """What brings the loudness to its target, or the true peak to the ceiling where it would pass that."""
    return _bounded(min(target_lufs - integrated_lufs, ceiling_dbtp - true_peak_dbtp))


def replaygain_db(integrated_lufs: float) -> float:
    """The same stored loudness as ReplayGain 2 tells it. The peak is told beside it, and players see to it."""
    return _bounded(REPLAYGAIN_REFERENCE - integrated_lufs)


def _bounded(gain: float) -> float:
    return round(max(-_GAIN_LIMIT_DB, min(gain, _GAIN_LIMIT_DB)), 2)


def _number(text: str, pattern: str) -> float | None:
    match = re.search(pattern, text)
    if match is None:
        return None
    try:
        value = float(match[1])
    except ValueError:
        return None
    return value if isfinite(value) else None


class SummaryListener:
    """Hears FFmpeg's stderr (at the level `commands.TELLING`) line by line, and keeps the last summary of `ebur128`.

    Returns what is worth keeping of each part: errors alone, because FFmpeg tells of every segment that it opens. A file
    cannot put words into the summary: each line of what it says of itself begins with the level, too.
    """

    _LONGEST = 4096
    _LINES = 16

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._inside = False
        self._dropping = False

    def __call__(self, part: bytes) -> bytes:
        *lines, rest = (self._rest + part).split(b"\n")
        self._rest = rest[: self._LONGEST]
        return b"".join(line + b"\n" for line in lines if self._is_complaint(line))

    def measured(self) -> Measured:
        return parse_summary("\n".join([*self._lines, ""]))

    def _is_complaint(self, line: bytes) -> bool:
        text = line[: self._LONGEST].decode("utf-8", "replace")
        if re.match(r"\[Parsed_ebur128_\d+ @ [^\]]+\] \[info\] Summary:", text):
            self._lines, self._inside, self._dropping = [], True, True
        elif text.startswith("["):
            self._inside = False
            self._dropping = re.match(r"(?:\[[^\]]+\] )*\[(?:warning|info)\] ", text) is not None
        elif self._inside and len(self._lines) < self._LINES:
            self._lines.append(text)
        return not self._dropping
