"""The song, what is heard under the films, and the eight clips of the soundboard."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from apps.streaming.demo.tones import (
    RATE,
    Sound,
    hat,
    kick,
    mixed,
    moments,
    noise,
    pad,
    pitch,
    pluck,
    silence,
    write_wave,
)

_BEAT_S = 60 / 96
_BAR_S = 4 * _BEAT_S
_PRESSED = 1.4  # how hard the loud parts lean on the soft ones
# A minor, F, C, G: root in the bass, chord above.
_CHORDS = ((45, (57, 60, 64)), (41, (57, 60, 65)), (48, (55, 60, 64)), (43, (55, 59, 62)))
_MELODY = (76, 72, 69, 72, 74, 72, 69, 65, 67, 72, 76, 79, 78, 74, 71, 67)


@dataclass(frozen=True)
class Part:
    """Some bars of the song: which instruments play."""

    title: str
    bars: int
    bass: bool = False
    drums: bool = False
    melody: bool = False
    level: float = 1.0


SONG = (
    Part("Before the doors open", 2, level=0.45),
    Part("First tune", 4, bass=True, melody=True, level=0.8),
    Part("Everybody", 4, bass=True, drums=True, melody=True, level=1.15),
    Part("A breath", 2, melody=True, level=0.35),
    Part("Everybody, once more", 4, bass=True, drums=True, melody=True, level=1.2),
    Part("Lights out", 2, level=0.5),
)


def chapters() -> list[tuple[int, int, str]]:
    """(start, end, title) of each part, in milliseconds."""
    found, bar = [], 0
    for part in SONG:
        found.append((round(bar * _BAR_S * 1000), round((bar + part.bars) * _BAR_S * 1000), part.title))
        bar += part.bars
    return found


def write_song(path: Path) -> None:
    bars = sum(part.bars for part in SONG)
    notes = list(_song())
    left = mixed(bars * _BAR_S, ((at, sound, gain * (1 - side)) for at, sound, gain, side in notes))
    right = mixed(bars * _BAR_S, ((at, sound, gain * (1 + side)) for at, sound, gain, side in notes))
    write_wave(path, np.tanh(left * _PRESSED), np.tanh(right * _PRESSED))


Note = tuple[float, Sound, float, float]


def _song() -> Iterator[Note]:
    """(second, sound, gain, side from -1 to 1)."""
    bar = 0
    for part in SONG:
        for _ in range(part.bars):
            yield from _bar(part, bar)
            bar += 1


def _bar(part: Part, bar: int) -> Iterator[Note]:
    root, chord = _CHORDS[bar % len(_CHORDS)]
    at = bar * _BAR_S
    yield at, pad(chord, _BAR_S * 1.15), 1.1 * part.level, 0.0
    for beat in range(4):
        when = at + beat * _BEAT_S
        if part.bass:
            yield when, pluck(root - 12 * (beat % 2 == 0), 0.7, bright=0.35), 0.9 * part.level, 0.0
        if part.drums:
            yield when, kick(), 0.9 * part.level * (beat % 2 == 0), 0.0
            yield when + _BEAT_S / 2, hat(), 0.5 * part.level, 0.4
        if part.melody:
            key = _MELODY[(bar * 4 + beat) % len(_MELODY)]
            yield when, pluck(key, 1.1), 0.55 * part.level, -0.35 + 0.2 * beat
            yield when + 0.75 * _BEAT_S, pluck(key - 12, 0.6), 0.2 * part.level, 0.35


def write_bed(path: Path, seconds: float, chords: Sequence[Sequence[float]]) -> None:
    """Slow chords with single notes above: what is heard under a film."""
    each = seconds / len(chords)
    parts = [(number * each, pad(chord, each * 1.2), 0.7) for number, chord in enumerate(chords)]
    for number, chord in enumerate(chords):
        parts += [(number * each + step * each / 4, pluck(chord[step % 3] + 12, 1.6), 0.35) for step in range(4)]
    left = mixed(seconds, parts)
    write_wave(path, left, np.roll(left, round(RATE * 0.011)))


def _sweep(seconds: float, low: float, high: float) -> Sound:
    t = moments(seconds)
    return np.sin(2 * np.pi * np.cumsum(np.linspace(low, high, len(t))) / RATE) * np.sin(np.pi * t / seconds)


def _bell() -> Sound:
    t = moments(1.8)
    partials = ((1, 1.0), (2.01, 0.6), (2.76, 0.45), (5.4, 0.25))
    return np.asarray(sum(gain * np.exp(-t * 1.6 * f) * np.sin(2 * np.pi * 523 * f * t) for f, gain in partials))


def _roll() -> Sound:
    hits = [(n * 0.045, noise(0.05, 9) * np.exp(-moments(0.05) * 70), 0.3 + n * 0.02) for n in range(26)]
    return mixed(1.6, [*hits, (1.2, kick(), 1.4), (1.2, hat(5), 1.5)])


def _applause() -> Sound:
    clap = noise(0.03, 4) * np.exp(-moments(0.03) * 160)
    when = np.sort(np.random.default_rng(11).uniform(0, 1.9, 170))
    return mixed(2.0, ((float(at), clap, float(np.sin(np.pi * at / 2.0))) for at in when))


def _fanfare() -> Sound:
    notes = ((0, 67), (0.16, 67), (0.32, 67), (0.48, 72), (0.8, 67), (0.96, 72), (0.96, 76))
    return mixed(1.9, ((at, pluck(key, 1.0, bright=0.8), 0.6) for at, key in notes))


def _whistle() -> Sound:
    return np.concatenate([_sweep(0.25, 900, 1900), silence(0.08), _sweep(0.45, 1900, 700)])


def _boing() -> Sound:
    t = moments(0.9)
    return np.asarray(np.sin(2 * np.pi * (180 * t + 9 * np.sin(2 * np.pi * 9 * t))) * np.exp(-t * 4.5))


def _rimshot() -> Sound:
    crack = noise(0.12, 6) * np.exp(-moments(0.12) * 50)
    return mixed(0.9, [(0.0, kick(), 0.8), (0.18, kick(), 0.8), (0.36, crack, 1.0), (0.36, hat(8), 1.2)])


def _question() -> Sound:
    t = moments(0.7)
    return np.sin(2 * np.pi * np.cumsum(np.linspace(pitch(60), pitch(69), len(t))) / RATE) * np.exp(-t * 1.5)


CLIPS: Mapping[str, Callable[[], Sound]] = {
    "Bell": _bell,
    "Drum roll": _roll,
    "Applause": _applause,
    "Fanfare": _fanfare,
    "Whistle": _whistle,
    "Boing": _boing,
    "Rimshot": _rimshot,
    "Really?": _question,
}


def write_clip(path: Path, title: str) -> None:
    sound = CLIPS[title]()
    write_wave(path, sound, sound)
