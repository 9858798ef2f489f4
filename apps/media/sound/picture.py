"""A waveform as a picture: one colour on nothing, so that it suits any ground."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

from apps.media.sound.peaks import Pairs

WIDTH, HEIGHT = 1600, 240
_COLOUR = (224, 164, 72)
_HALF = HEIGHT // 2
_FULL_SCALE = 128


def waveform_png(pairs: Pairs) -> bytes:
    """A PNG (ISO/IEC 15948) of two colours, of which the first is transparent. Silence is a line of one pixel."""
    columns = _columns(pairs)
    # From the middle upwards for what is positive; row 0 is at the top.
    top = _HALF - np.ceil(columns[:, 1].astype(float) * _HALF / _FULL_SCALE).astype(int)
    bottom = _HALF + np.ceil(-columns[:, 0].astype(float) * _HALF / _FULL_SCALE).astype(int)
    rows = np.arange(HEIGHT)[:, None]
    drawn = (rows >= np.minimum(top, _HALF)) & (rows <= np.maximum(bottom, _HALF))
    return _png(drawn)


def _columns(pairs: Pairs) -> npt.NDArray[np.int8]:
    """Each column of the picture shows the pairs that fall into it, or the one that it falls into."""
    if not len(pairs):
        return np.zeros((WIDTH, 2), np.int8)
    begins = np.arange(WIDTH) * len(pairs) // WIDTH
    return np.stack((np.minimum.reduceat(pairs[:, 0], begins), np.maximum.reduceat(pairs[:, 1], begins)), axis=1)


def _png(drawn: npt.NDArray[np.bool_]) -> bytes:
    height, width = drawn.shape
    header = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)  # one bit per pixel, by palette
    palette = bytes((0, 0, 0, *_COLOUR))
    packed = np.packbits(drawn, axis=1)
    unfiltered = np.zeros((height, 1), np.uint8)  # each row begins with its filter: none
    body = zlib.compress(np.hstack((unfiltered, packed)).tobytes(), 9)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"tRNS", b"\x00"), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
