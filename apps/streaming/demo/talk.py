"""A voice without a speaker: vowels from formants, in the rhythm of the words that the captions show.

Formants of vowels after Peterson and Barney (1952), of men, in Hz.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from apps.streaming.demo.tones import RATE, Sound, mixed, moments, noise, write_wave

_FORMANTS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
    "y": (390, 1990, 2550),
}
_SYLLABLE_S, _PAUSE_S = 0.17, 0.45
_PITCH_HZ = 118
# What is said, in the languages of the captions.
LINES = {
    "eng": (
        "Good evening, and welcome to the bandstand.",
        "Nobody is speaking here: this voice was computed.",
        "But the captions are real, in two languages.",
        "Choose them at the player, or search in them.",
    ),
    "deu": (
        "Guten Abend, und willkommen im Musikpavillon.",
        "Hier spricht niemand: diese Stimme ist errechnet.",
        "Aber die Untertitel sind echt, in zwei Sprachen.",
        "Sie lassen sich im Player wählen und durchsuchen.",
    ),
}


def spans() -> list[tuple[float, float]]:
    """When each line is said, in seconds."""
    found, at = [], 0.4
    for line in LINES["eng"]:
        length = len(_vowels(line)) * _SYLLABLE_S
        found.append((at, at + length))
        at += length + _PAUSE_S
    return found


def length_s() -> float:
    return spans()[-1][1] + 0.8


def write_voice(path: Path) -> None:
    voice = mixed(length_s(), _spoken())
    write_wave(path, voice)


def write_captions(path: Path, language: str) -> None:
    """As SubRip."""
    blocks = [
        f"{number}\n{_instant(start)} --> {_instant(end + 0.3)}\n{line}\n"
        for number, ((start, end), line) in enumerate(zip(spans(), LINES[language], strict=True), 1)
    ]
    path.write_text("\n".join(blocks), encoding="utf-8")


def _instant(at: float) -> str:
    minutes, milliseconds = divmod(round(at * 1000), 60_000)
    return f"00:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"


def _vowels(line: str) -> list[str]:
    return [letter for letter in line.lower() if letter in _FORMANTS]


def _spoken() -> Iterator[tuple[float, Sound, float]]:
    for (start, _), line in zip(spans(), LINES["eng"], strict=True):
        vowels = _vowels(line)
        for number, vowel in enumerate(vowels):
            at = start + number * _SYLLABLE_S
            fall = 1.12 - 0.25 * number / len(vowels)
            yield at, _syllable(vowel, _PITCH_HZ * fall * (1.06 if number % 3 == 0 else 1)), 1.0
            if number % 4 == 1:
                yield at - 0.03, noise(0.05, number) * np.hanning(round(0.05 * RATE)), 0.05


def _syllable(vowel: str, base: float) -> Sound:
    """The harmonics of the throat, as loud as the mouth's resonances let them through."""
    t = moments(_SYLLABLE_S * 1.1)
    harmonics = np.arange(1, int(4000 / base))
    gains = sum(1 / (1 + ((harmonics * base - formant) / 90) ** 2) for formant in _FORMANTS[vowel]) / harmonics**0.6
    waves = np.sin(2 * np.pi * base * np.outer(harmonics, t))
    return np.asarray((gains @ waves) * np.sin(np.pi * np.minimum(1, t / t[-1])) ** 0.5)
