import json
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.media.sound.peaks import OVERVIEW_PAIRS, PeakWriter

RATE = 48_000


def write(folder, *blocks: bytes, rate: int = RATE) -> PeakWriter:
    writer = PeakWriter(folder, rate)
    for block in blocks:
        writer.add(block)
    writer.finish()
    return writer


def samples(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}h", *values)


def read_binary(path) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """The layout as audiowaveform documents it: six little-endian numbers of 32 bits, then signed bytes."""
    raw = path.read_bytes()
    names = ("version", "flags", "sample_rate", "samples_per_pixel", "length", "channels")
    header = dict(zip(names, struct.unpack("<iIiiIi", raw[:24]), strict=True))
    values = struct.unpack(f"<{len(raw) - 24}b", raw[24:])
    return header, list(zip(values[::2], values[1::2], strict=True))


def read_json(path) -> dict:
    return json.loads(path.read_text())


def test_silence_is_zeros(tmp_path):
    write(tmp_path, bytes(2 * RATE))
    header, pairs = read_binary(tmp_path / "detail.dat")
    assert header == {
        "version": 2,
        "flags": 1,
        "sample_rate": RATE,
        "samples_per_pixel": 256,
        "length": 188,
        "channels": 1,
    }
    assert set(pairs) == {(0, 0)}
    assert set(read_json(tmp_path / "overview.json")["data"]) == {0}


@pytest.mark.parametrize("low", [-32768, -32767])
def test_a_full_square_reaches_both_ends(tmp_path, low):
    write(tmp_path, samples(32767, low) * 24_000)
    assert set(read_binary(tmp_path / "detail.dat")[1]) == {(-128, 127)}
    assert set(read_binary(tmp_path / "overview.dat")[1]) == {(-128, 127)}


def test_json_and_binary_say_the_same(tmp_path):
    write(tmp_path, np.random.default_rng(1).integers(-32768, 32767, 100_000, np.int16).tobytes(), rate=44_100)
    for zoom in ("overview", "detail"):
        header, pairs = read_binary(tmp_path / f"{zoom}.dat")
        told = read_json(tmp_path / f"{zoom}.json")
        assert list(told) == ["version", "channels", "sample_rate", "samples_per_pixel", "bits", "length", "data"]
        assert told["bits"] == 8
        assert {name: told[name] for name in header if name != "flags"} == {
            name: value for name, value in header.items() if name != "flags"
        }
        assert told["data"] == [value for pair in pairs for value in pair]
        assert told["length"] == len(pairs) == header["length"]


def test_the_last_pair_stands_for_what_is_left(tmp_path):
    write(tmp_path, samples(*[256] * 256, *[-512] * 3, 1024))
    assert read_binary(tmp_path / "detail.dat")[1] == [(1, 1), (-2, 4)]


def test_nothing_at_all_is_no_pair(tmp_path):
    write(tmp_path)
    assert read_json(tmp_path / "overview.json")["length"] == 0
    assert read_binary(tmp_path / "detail.dat")[0]["length"] == 0


def expected(values: np.ndarray, size: int) -> list[int]:
    parts = [values[at : at + size] for at in range(0, len(values), size)]
    return [int(end) >> 8 for part in parts for end in (part.min(), part.max())]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3_000_000), st.lists(st.integers(1, 200_001), min_size=1, max_size=5), st.integers(0, 9))
def test_however_it_is_cut_the_zooms_are_true_and_the_overview_is_short(tmp_path_factory, length, cuts, seed):
    folder = tmp_path_factory.mktemp("peaks")
    values = np.random.default_rng(seed).integers(-32768, 32767, length, np.int16)
    raw, blocks, at = values.tobytes(), [], 0
    while at < len(raw):
        size = cuts[len(blocks) % len(cuts)]
        blocks.append(raw[at : at + size])
        at += size
    write(folder, *blocks)
    _, pairs = read_binary(folder / "detail.dat")
    assert [value for pair in pairs for value in pair] == expected(values, 256)
    overview = read_json(folder / "overview.json")
    assert overview["length"] <= OVERVIEW_PAIRS
    assert overview["data"] == expected(values, overview["samples_per_pixel"])
    if length > 256 * OVERVIEW_PAIRS:
        assert overview["length"] >= OVERVIEW_PAIRS / 2 - 1


def test_ten_hours_need_no_more_memory_than_ten_seconds(tmp_path):
    block = np.random.default_rng(2).integers(-3000, 3000, RATE * 2, np.int16).tobytes()
    writer = PeakWriter(tmp_path, RATE)
    tracemalloc.start()
    for _ in range(5):
        writer.add(block)
    _, short = tracemalloc.get_traced_memory()
    for _ in range(18_000 - 5):
        writer.add(block)
    writer.finish()
    _, long = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert long < short + (1 << 20)
    header, _ = read_binary(tmp_path / "overview.dat")
    assert OVERVIEW_PAIRS / 2 - 1 <= header["length"] <= OVERVIEW_PAIRS
    assert header["length"] * header["samples_per_pixel"] >= 36_000 * RATE
    assert (tmp_path / "detail.dat").stat().st_size == 24 + 2 * 36_000 * RATE // 256
    assert not (tmp_path / "detail.json").exists()
