"""Waveforms: the smallest and largest sample of each stretch of sound, in the layout of audiowaveform's version 2.

Eight bits, one channel, two zooms: `detail` has a pair for every 256 samples, `overview` at most 2,000 pairs however long the
sound is. Samples come in blocks and are forgotten at once, so that ten hours need no more memory than ten seconds.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Pairs = npt.NDArray[np.int8]  # of the shape (n, 2): smallest, largest

DETAIL_SAMPLES = 256
OVERVIEW_PAIRS = 2000
# Longer details are there in binary alone: as text they would weigh more than the sound of that time.
DETAIL_JSON_PAIRS = 20_000
_VERSION, _EIGHT_BIT, _CHANNELS = 2, 1, 1
_HEADER = struct.Struct("<iIiiIi")  # version, flags, sample rate, samples per pixel, length, channels
_SAMPLE_BYTES = 2


@dataclass(frozen=True)
class Zoom:
    """How much sound one pair stands for."""

    sample_rate: int
    samples_per_pixel: int

    def header(self, length: int) -> bytes:
        """What a binary file begins with; the pairs follow."""
        return _HEADER.pack(_VERSION, _EIGHT_BIT, self.sample_rate, self.samples_per_pixel, length, _CHANNELS)

    def as_json(self, pairs: Pairs) -> str:
        content: dict[str, Any] = {
            "version": _VERSION,
            "channels": _CHANNELS,
            "sample_rate": self.sample_rate,
            "samples_per_pixel": self.samples_per_pixel,
            "bits": 8,
            "length": len(pairs),
            "data": pairs.reshape(-1).tolist(),
        }
        return json.dumps(content, separators=(",", ":"))


class _Overview:
    """Folds neighbouring pairs into one, and twice as many into one whenever there would be too many."""

    def __init__(self) -> None:
        self.fold = 1
        self._pairs = _no_pairs()
        self._rest = _no_pairs()

    def add(self, pairs: Pairs) -> None:
        waiting = np.concatenate((self._rest, pairs))
        whole = len(waiting) // self.fold * self.fold
        self._pairs = np.concatenate((self._pairs, _folded(waiting[:whole], self.fold)))
        self._rest = waiting[whole:]
        while len(self._pairs) >= OVERVIEW_PAIRS:
            self._halve()

    def _halve(self) -> None:
        even = len(self._pairs) // 2 * 2
        odd = np.repeat(self._pairs[even:], self.fold, axis=0)  # waits for its neighbour, as if it had just come
        self._rest = np.concatenate((odd, self._rest))
        self._pairs = _folded(self._pairs[:even], 2)
        self.fold *= 2

    def finish(self) -> Pairs:
        rest = _folded(self._rest, len(self._rest)) if len(self._rest) else self._rest
        return np.concatenate((self._pairs, rest))


class PeakWriter:
    """Takes little-endian 16-bit samples of one channel in blocks of any length, and writes `detail.dat` as they come.

    `finish` writes the rest: `overview.json`, `overview.dat`, and `detail.json` where that is small.
    """

    def __init__(self, folder: Path, sample_rate: int) -> None:
        self.folder = folder
        self._detail = Zoom(sample_rate, DETAIL_SAMPLES)
        self._overview = _Overview()
        self._length = 0
        self._rest = b""
        self._file: BinaryIO = (folder / "detail.dat").open("w+b")
        self._file.write(self._detail.header(0))

    def close(self) -> None:
        self._file.close()

    def add(self, part: bytes) -> bool:
        samples = self._rest + part
        whole = len(samples) // (DETAIL_SAMPLES * _SAMPLE_BYTES) * DETAIL_SAMPLES
        self._rest = samples[whole * _SAMPLE_BYTES :]
        if whole:
            self._keep(_pairs_of(np.frombuffer(samples, "<i2", whole).reshape(-1, DETAIL_SAMPLES)))
        return True

    def finish(self) -> Pairs:
        """Writes what is left and returns the overview. The last pair may stand for less sound than the others."""
        if left := len(self._rest) // _SAMPLE_BYTES:
            self._keep(_pairs_of(np.frombuffer(self._rest, "<i2", left).reshape(1, left)))
        self._rest = b""
        self._file.seek(0)
        self._file.write(self._detail.header(self._length))
        if self._length <= DETAIL_JSON_PAIRS:
            pairs = np.frombuffer(self._file.read(), np.int8).reshape(-1, 2)
            (self.folder / "detail.json").write_text(self._detail.as_json(pairs))
        self._file.close()
        return self._write_overview()

    def _write_overview(self) -> Pairs:
        pairs = self._overview.finish()
        zoom = Zoom(self._detail.sample_rate, DETAIL_SAMPLES * self._overview.fold)
        (self.folder / "overview.dat").write_bytes(zoom.header(len(pairs)) + pairs.tobytes())
        (self.folder / "overview.json").write_text(zoom.as_json(pairs))
        return pairs

    def _keep(self, pairs: Pairs) -> None:
        self._file.write(pairs.tobytes())
        self._length += len(pairs)
        self._overview.add(pairs)


def _pairs_of(rows: npt.NDArray[np.int16]) -> Pairs:
    """From 16 bits to 8 by rounding down, so that the full scale of either sign keeps its end."""
    return np.stack((rows.min(axis=1) >> 8, rows.max(axis=1) >> 8), axis=1).astype(np.int8)


def _folded(pairs: Pairs, by: int) -> Pairs:
    rows = pairs.reshape(-1, by, 2)
    return np.stack((rows[:, :, 0].min(axis=1), rows[:, :, 1].max(axis=1)), axis=1)


def _no_pairs() -> Pairs:
    return np.empty((0, 2), np.int8)
