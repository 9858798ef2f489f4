"""Drawn covers for what has no picture: a tone, a pattern of octagons and the first letter of the title, all lasting."""

import zlib
from dataclasses import dataclass

TONES = 6
PATTERNS = 6
_ARTICLES = frozenset({"the", "a", "an", "der", "die", "das", "le", "la", "les", "el", "il", "o", "os"})


@dataclass(frozen=True)
class Drawn:
    """Numbers begin at 1, as the style sheet (`cover-1`) and the sprite (`covers.svg#pattern-1`) count."""

    tone: int
    pattern: int
    letter: str


BLANK = Drawn(1, 1, "")


def drawn_cover(seed: object, title: str = "") -> Drawn:
    """The same thing always wears the same cover; another title changes only its letter."""
    number = zlib.crc32(str(seed).encode())
    return Drawn(number % TONES + 1, number // TONES % PATTERNS + 1, monogram(title))


def monogram(title: str) -> str:
    """The letter or digit that a shelf would sort the title by: "The harbour" → H; empty where there is none."""
    words = ["".join(char for char in word if char.isalnum()) for word in title.split()[:8]]
    words = [word for word in words if word]
    if len(words) > 1 and words[0].casefold() in _ARTICLES:
        words = words[1:]
    return words[0][0].upper()[:1] if words else ""
