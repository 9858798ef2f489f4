"""Pictures and sound that tell the time: what is seen and heard says when it belongs.

Every frame is one flat grey that tells it from its neighbours; the first frame of each second is white. Each second begins
with a beep of a tenth of a second.
"""

from fractions import Fraction
from math import ceil

WHITE = 235
GREYS = 40
_STEP = 37  # how far two neighbours lie apart, in greys of 4
BEEP_S = 0.1

Options = list[str]


def clock(rate: str, seconds: float, *, size: str = "192x108", frames: int | None = None) -> Options:
    """An input: pictures of this many frames a second. `frames` instead of `seconds` where one more or less matters."""
    white = f"lt(mod(N,({rate})),1)" if "/" not in rate else f"lt(mod(N*{_frame(rate)},1),{_frame(rate)})"
    grey = f"16+4*mod(N*{_STEP},{GREYS})"
    length = f"d={seconds}" if frames is None else f"d={float((frames - Fraction(1, 2)) / Fraction(rate)):.6f}"
    drawn = f"color=s=16x16:r={rate}:{length},format=yuv420p,geq=lum='if({white},{WHITE},{grey})':cb=128:cr=128"
    return ["-f", "lavfi", "-i", f"{drawn},scale={size.replace('x', ':')}:flags=neighbor,setsar=1"]


def _frame(rate: str) -> str:
    """One frame in seconds, as an expression."""
    num, _, den = rate.partition("/")
    return f"({den}/{num})"


def beeps(seconds: float, *, sample_rate: int = 48_000, channels: int = 1, pitch: int = 1000) -> Options:
    """An input: a tone of a tenth of a second at each second but the first, which encoders could swallow."""
    tone = f"0.8*sin(2*PI*{pitch}*t)*lt(mod(t,1),{BEEP_S})*gt(t,{BEEP_S})"
    return ["-f", "lavfi", "-i", f"aevalsrc='{'|'.join([tone] * channels)}':s={sample_rate}:d={seconds}"]


def grey_of(number: int, rate: Fraction) -> int:
    """The brightness of frame `number`."""
    return WHITE if number in whites(number + 1, rate) else 16 + 4 * (number * _STEP % GREYS)


def whites(frames: int, rate: Fraction) -> list[int]:
    """The frames that are white: the first one of each second."""
    found = [ceil(second * rate) for second in range(ceil(frames / rate) + 1)]
    return [number for number in found if number < frames]
