"""Which rungs a picture of some size gets. Pure.

A rung is named after its lines and means a box of 16:9 (turned for portrait): a film of 1920 × 800 fills the box of 1080.
Nothing is ever larger than the source.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

H264, HEVC, AV1 = "h264", "hevc", "av1"
# What runs everywhere, and what makes each codec unless something better was found.
CPU_ENCODERS = {H264: "libx264", HEVC: "libx265", AV1: "libsvtav1"}
COPY = "copy"
# A source this much larger than a rung gets one of its own size too, below the cap of the next larger rung.
_WORTH_A_RUNG = Fraction(6, 5)
_WIDE = Fraction(16, 9)
# Bits that the same quality takes, as a share of H.264's.
_SHARE = {H264: Fraction(1), HEVC: Fraction(7, 10), AV1: Fraction(11, 20)}
_LEAST_KBPS = 100
# How much finer than the top a smaller picture is encoded: stretched to a screen, it shows its faults more, and costs
# little. (lines from, steps of CRF). Measured by `make bench`: the loss against fixed rates is then alike on all rungs.
_FINER = ((2160, 0), (1440, 1), (1080, 2), (720, 3), (480, 5), (0, 6))


@dataclass(frozen=True)
class Rung:
    """One size of the picture. `finer`: steps of quality above the plan's. `copied`: the source's own packets."""

    name: str
    width: int
    height: int
    kbps: int
    codec: str = H264
    encoder: str = "libx264"
    encoder_note: str = ""
    copied: bool = False
    finer: int = 0

    @property
    def hardware(self) -> bool:
        return not self.copied and self.encoder not in CPU_ENCODERS.values()

    def on_cpu(self, why: str = "") -> "Rung":
        """The same, encoded by what runs everywhere."""
        return replace(self, encoder=CPU_ENCODERS[self.codec], encoder_note=why, copied=False)


def make_rungs(
    width: int, height: int, ladder: Sequence[tuple[int, int]], extra_codecs: Sequence[str] = ()
) -> tuple[Rung, ...]:
    """The rungs for a picture as shown, largest first, H.264 before the extra codecs of the same size."""
    sizes = list(_sizes(width, height, sorted(ladder, reverse=True)))
    codecs = (H264, *(codec for codec in (HEVC, AV1) if codec in extra_codecs))
    return tuple(_rung(width, height, lines, kbps, codec) for lines, kbps in sizes for codec in codecs)


def _sizes(width: int, height: int, ladder: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """(lines, cap): every rung that the source fills; above them one that it fills in part, if that is worth it."""
    filled = _lines_filled(width, height)
    below = [(lines, kbps) for lines, kbps in ladder if lines <= filled]
    above = [(lines, kbps) for lines, kbps in ladder if lines > filled]
    if above and (not below or filled >= below[0][0] * _WORTH_A_RUNG):
        lines, kbps = above[-1]
        yield lines, max(_LEAST_KBPS, below[0][1] if below else 0, round(kbps * (filled / lines) ** 2))
    yield from below


def _lines_filled(width: int, height: int) -> Fraction:
    """The lines of the smallest 16:9 box around the picture."""
    short, long = sorted((width, height))
    return max(Fraction(short), long / _WIDE)


def _rung(width: int, height: int, lines: int, kbps: int, codec: str) -> Rung:
    scale = min(Fraction(1), lines / _lines_filled(width, height))
    name = f"v{lines}" if codec == H264 else f"v{lines}{codec}"
    cap = max(_LEAST_KBPS, round(kbps * _SHARE[codec]))
    return Rung(name, _even(width, scale), _even(height, scale), cap, codec, CPU_ENCODERS[codec], finer=_finer(lines))


def _finer(lines: int) -> int:
    return next(steps for least, steps in _FINER if lines >= least)


def _even(length: int, scale: Fraction) -> int:
    """To the nearest even number, but never above the source: 4:2:0 has one colour for two pixels."""
    nearest = floor(length * scale / 2 + Fraction(1, 2)) * 2
    return max(2, min(nearest, length - length % 2))
