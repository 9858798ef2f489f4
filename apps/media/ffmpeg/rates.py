"""The constant frame rate that a stream is encoded at, from what ffprobe says about it."""

from fractions import Fraction
from math import ceil

from apps.media.ffmpeg.facts import Rate

HIGHEST = 60
LOWEST = 1
_USUAL = [Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60)] + [
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60)
]
_NEAR = Fraction(1, 2000)


def parse(text: str | None) -> Fraction:
    """`30000/1001` as a fraction; 0 for what means nothing."""
    num, _, den = (text or "0").partition("/")
    if not num.isdigit() or not (den or "1").isdigit() or int(den or 1) == 0:
        return Fraction(0)
    return Fraction(int(num), int(den or 1))


def _snap(rate: Fraction) -> Fraction:
    nearest = min(_USUAL, key=lambda usual: abs(usual - rate))
    return nearest if abs(nearest - rate) <= nearest * _NEAR else rate.limit_denominator(1001)


def is_constant(base: Fraction, average: Fraction) -> bool:
    """Whether the lowest rate that fits all time stamps is also the average one."""
    return bool(base and average) and abs(base - average) <= average * _NEAR


def nominal(base: Fraction, average: Fraction, *, interlaced: bool) -> Rate:
    """`base` and `average` are ffprobe's r_frame_rate and avg_frame_rate.

    A base above 60 is either a fast camera (divided down evenly) or only the clock of a variable rate (the average
    tells more). Interlaced streams often report fields as their base.
    """
    constant = is_constant(base, average)
    rate = average if average and (interlaced or (base > HIGHEST and not constant)) else (base or average)
    rate = _snap(rate or Fraction(25))
    if rate > HIGHEST:
        rate /= ceil(rate / HIGHEST)
    rate = max(rate, Fraction(LOWEST))
    return Rate(rate.numerator, rate.denominator)
