"""Building blocks of sound: 48 kHz, one channel, floats around 0. Everything is a function of its arguments alone."""

import wave
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
_LOUDEST = 0.85
Sound = NDArray[np.float64]


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE))


def moments(seconds: float) -> Sound:
    """The instant of each sample."""
    return np.arange(round(seconds * RATE)) / RATE


def pitch(key: float) -> float:
    """The frequency of a key of the piano as MIDI counts them: 69 is 440 Hz."""
    return float(440 * 2 ** ((key - 69) / 12))


def pluck(key: float, seconds: float, *, bright: float = 0.55) -> Sound:
    """A string: partials that die the sooner, the higher they are."""
    t, base = moments(seconds), pitch(key)
    partials = range(1, max(2, min(12, int(9000 / base))))
    tone = sum(bright**n * np.exp(-t * (1.6 + 1.1 * n)) * np.sin(2 * np.pi * base * n * t) for n in partials)
    return np.asarray(tone) * np.minimum(1, t * 400)


def pad(keys: Sequence[float], seconds: float) -> Sound:
    """A chord that swells and fades; two voices to a key, a little apart."""
    t = moments(seconds)
    swell = np.sin(np.pi * np.minimum(1, t / seconds)) ** 0.6
    voices = (np.sin(2 * np.pi * pitch(key + apart) * t) for key in keys for apart in (-0.06, 0.06))
    return np.asarray(sum(voices)) * swell / (2 * len(keys))


def noise(seconds: float, seed: int) -> Sound:
    """The same hiss for the same seed."""
    return np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE))


def kick() -> Sound:
    t = moments(0.35)
    return np.asarray(np.sin(2 * np.pi * (48 * t + 9 * (1 - np.exp(-t * 30)))) * np.exp(-t * 11))


def hat(seed: int = 3) -> Sound:
    hiss = np.diff(noise(0.09, seed), prepend=0)
    return hiss * np.exp(-moments(0.09) * 60) * 0.5


def mixed(seconds: float, parts: Iterable[tuple[float, Sound, float]]) -> Sound:
    """Parts as (at second, sound, gain), cut at the end."""
    whole = silence(seconds)
    for at, sound, gain in parts:
        start = round(at * RATE)
        piece = sound[: max(0, len(whole) - start)]
        whole[start : start + len(piece)] += piece * gain
    return whole


def write_wave(path: Path, *channels: Sound) -> None:
    """As 16 bits, the loudest sample at -1.4 dBFS."""
    loudest = max(float(np.abs(channel).max(initial=0)) for channel in channels) or 1.0
    joined = np.stack(channels, axis=1) * (_LOUDEST / loudest * 32767)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(joined.astype("<i2").tobytes())
