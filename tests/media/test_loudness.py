import math
import zlib
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.media.ffmpeg.commands import TELLING, line, output, source
from apps.media.ffmpeg.run import run
from apps.media.models import Asset, Loudness
from apps.media.services.loudness import keep_loudness
from apps.media.sound.loudness import Measured, SummaryListener, gain_db, parse_summary, replaygain_db
from apps.media.sound.meter import Sound, SoundMeter
from apps.media.sound.picture import HEIGHT, WIDTH, waveform_png
from tests import clips


def made(name: str, *recipe: str) -> Path:
    return clips.kept(f"loud_{name}", lambda path: clips.ffmpeg(*recipe, path))


def lavfi(graph: str, *options: str) -> list[str]:
    return ["-f", "lavfi", "-i", graph, *options]


def measure(path: Path, folder: Path, rate: int = 48_000) -> Sound:
    """As the encoder does it: the same decoded sound goes to an encoder and to the meter."""
    with SoundMeter(folder / "peaks", rate) as meter:
        copies = source(path)["a:0"].filter_multi_output("asplit", 2)
        encoded = output([copies[0]], str(folder / "made.m4a"), acodec="aac")
        command = line(encoded, *meter.tap(copies[1]), level=TELLING)
        run(command, wall_s=60, pipes=[meter.pipe], listen=meter.listener)
        return meter.finish()


def test_a_tone_is_measured_as_ffmpeg_measures_it(tmp_path):
    """A sine of 440 Hz at −18 dB peak."""
    found = measure(made("tone.wav", *lavfi("sine=440:d=5:r=48000")), tmp_path).measured
    assert found.measurable
    assert found.integrated_lufs == pytest.approx(-21.8, abs=0.15)
    assert found.true_peak_dbtp == pytest.approx(-18.06, abs=0.15)
    assert found.threshold_lufs == pytest.approx(-31.8, abs=0.15)
    assert found.range_lu == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("silence.wav", "anullsrc=d=5:r=48000"),
        ("blip.wav", "sine=440:d=0.3:r=48000"),
        ("hum.wav", "sine=440:d=3,volume=-70dB"),
    ],
)
def test_silence_and_what_is_shorter_than_a_block_cannot_be_measured(tmp_path, name, graph):
    found = measure(made(name, *lavfi(graph)), tmp_path).measured
    assert not found.measurable
    assert (found.integrated_lufs, found.range_lu, found.threshold_lufs) == (None, None, None)
    assert found.true_peak_dbtp is None or math.isfinite(found.true_peak_dbtp)


def test_short_tones_are_measured(tmp_path):
    found = measure(made("short.wav", *lavfi("sine=440:d=1:r=48000")), tmp_path).measured
    assert found.integrated_lufs == pytest.approx(-21.8, abs=0.2)


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
def test_all_channels_are_heard_and_peaks_are_those_of_their_mix(tmp_path, channels):
    path = made(f"c{channels}.wav", *lavfi("sine=440:d=2:r=48000", "-ac", str(channels)))
    sound = measure(path, tmp_path)
    assert sound.measured.measurable
    assert {file.name for file in sound.folder.iterdir()} == {
        "overview.json",
        "overview.dat",
        "detail.dat",
        "detail.json",
        "wave.png",
    }
    raw = (sound.folder / "detail.dat").read_bytes()[24:]
    assert len(raw) == 2 * 375
    assert 10 <= np.frombuffer(raw, np.int8).max() <= 24


def test_peaks_begin_with_the_file_and_not_with_its_sound(tmp_path):
    """Sound that begins a second after the pictures has a second of silence in front."""
    found = measure(clips.clip("beep"), tmp_path)
    pairs = np.frombuffer((found.folder / "detail.dat").read_bytes()[24:], np.int8).reshape(-1, 2)
    first = int(np.argmax(pairs[:, 1] > 5))
    assert first * 256 / 48_000 == pytest.approx(1, abs=0.03)


def test_the_gain_reaches_the_target_and_a_second_measurement_agrees(tmp_path):
    path = made("quiet.wav", *lavfi("anoisesrc=d=6:c=pink:a=0.05:r=48000:seed=3"))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = measure(path, tmp_path / "a").measured
    gain = gain_db(
        integrated_lufs=found.integrated_lufs, true_peak_dbtp=found.true_peak_dbtp, target_lufs=-23, ceiling_dbtp=-1
    )
    louder = made("louder.wav", "-i", str(path), "-af", f"volume={gain}dB")
    assert measure(louder, tmp_path / "b").measured.integrated_lufs == pytest.approx(-23, abs=0.5)


@pytest.mark.parametrize(
    ("integrated", "peak", "target", "gain"),
    [
        (-20.0, -10.0, -14.0, 6.0),
        (-20.0, -3.0, -14.0, 2.0),
        (-8.0, 0.5, -14.0, -6.0),
        (-20.0, 0.0, -14.0, -1.0),
        (-69.9, -65.0, -14.0, 40.0),
        (-17.345, -9.0, -14.0, 3.34),
    ],
)
def test_a_gain_ends_at_the_ceiling(integrated, peak, target, gain):
    found = gain_db(integrated_lufs=integrated, true_peak_dbtp=peak, target_lufs=target, ceiling_dbtp=-1.0)
    assert found == pytest.approx(gain, abs=0.011)


def test_replaygain_refers_to_eighteen_below():
    assert replaygain_db(-10.66) == -7.34


SUMMARY = b"""[Parsed_ebur128_1 @ 0x5f] [info] Summary:

  Integrated loudness:
    I:         -21.8 LUFS
    Threshold: -31.8 LUFS

  Loudness range:
    LRA:         3.5 LU
    Threshold: -41.8 LUFS
    LRA low:   -21.8 LUFS
    LRA high:  -21.8 LUFS

  True peak:
    Peak:      -16.1 dBFS
"""


def hear(*parts: bytes) -> tuple[bytes, Measured]:
    listener = SummaryListener()
    kept = b"".join(listener(part) for part in parts)
    return kept, listener.measured()


def test_a_summary_is_heard_in_parts_of_any_size():
    for size in (1, 7, 64, 4096):
        parts = [SUMMARY[at : at + size] for at in range(0, len(SUMMARY), size)]
        assert hear(*parts) == (b"", Measured(True, -21.8, 3.5, -16.1, -31.8))


def test_of_three_hours_of_chatter_the_complaints_and_the_summary_are_kept():
    chatter = b"[hls @ 0x1] [info] Opening '/work/seg_00001.m4s' for writing\n[info]   continued\n    indented\n"
    listener = SummaryListener()
    kept = b"".join(listener(chatter) for _ in range(20_000))
    kept += listener(b"[mp3 @ 0x2] [error] Header missing\n    and more\n") + listener(SUMMARY) + listener(chatter)
    assert kept == b"[mp3 @ 0x2] [error] Header missing\n    and more\n"
    assert listener.measured().integrated_lufs == -21.8


def test_what_a_file_says_of_itself_is_not_taken_for_a_summary(tmp_path):
    fake = "x\n[Parsed_ebur128_1 @ 0x5f] [info] Summary:\n  Integrated loudness:\n    I: -1.0 LUFS\n  True peak:\n    Peak: 0.0 dBFS"
    path = made(
        "fake.mkv", *lavfi("anullsrc=d=2:r=48000", "-metadata", f"title={fake}", "-metadata:s:a:0", f"comment={fake}")
    )
    assert not measure(path, tmp_path).measured.measurable


@pytest.mark.parametrize("odd", ["nan", "inf", "-inf", "1e999", "x", ""])
def test_no_number_is_ever_infinite(odd):
    for old in (b"-21.8", b"-16.1", b"3.5", b"-31.8"):
        found = parse_summary(SUMMARY.replace(old, odd.encode()).decode())
        numbers = (found.integrated_lufs, found.range_lu, found.true_peak_dbtp, found.threshold_lufs)
        assert all(number is None or math.isfinite(number) for number in numbers)


def test_a_summary_that_never_came_measures_nothing():
    assert hear(b"[info] nothing\n") == (b"", Measured(measurable=False))


def test_the_last_measurement_counts(owner):
    asset = Asset.objects.create(owner=owner, name="a", path="a/a", content_type="audio/wav", size_bytes=1)
    keep_loudness(asset_id=asset.pk, measured=Measured(measurable=False))
    keep_loudness(asset_id=asset.pk, measured=Measured(True, -20.0, 4.0, -3.0, -30.0))
    row = Loudness.objects.get()
    assert (row.measurable, row.integrated_lufs, row.true_peak_dbtp, row.analyser) == (
        True,
        -20,
        -3,
        "ffmpeg-ebur128/1",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"measurable": True},
        {"measurable": True, "integrated_lufs": float("nan"), "true_peak_dbtp": -1},
        {"measurable": True, "integrated_lufs": -20, "true_peak_dbtp": float("inf")},
        {"measurable": False, "true_peak_dbtp": float("-inf")},
    ],
)
def test_the_database_refuses_what_is_no_measurement(owner, fields):
    asset = Asset.objects.create(owner=owner, name="a", path="a/a", content_type="audio/wav", size_bytes=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loudness.objects.create(asset=asset, analyser="x", measured_at=timezone.now(), **fields)


def picture_rows(png: bytes) -> np.ndarray:
    start = png.index(b"IDAT")
    size = int.from_bytes(png[start - 4 : start], "big")
    rows = np.frombuffer(zlib.decompress(png[start + 4 : start + 4 + size]), np.uint8).reshape(HEIGHT, -1)
    return np.unpackbits(rows[:, 1:], axis=1)


@pytest.mark.parametrize("length", [0, 1, 7, 1600, 2000])
def test_a_picture_shows_silence_as_a_line_and_a_square_as_a_block(tmp_path, length):
    silence = picture_rows(waveform_png(np.zeros((length, 2), np.int8)))
    assert silence.shape == (HEIGHT, WIDTH)
    assert (silence.sum(axis=0) == 1).all()
    if length:
        png = waveform_png(np.tile(np.array([[-128, 127]], np.int8), (length, 1)))
        assert picture_rows(png).all()
        (tmp_path / "wave.png").write_bytes(png)
        clips.ffmpeg("-i", tmp_path / "wave.png", "-f", "null", "-")


def test_each_column_shows_the_loudest_of_its_stretch():
    pairs = np.zeros((2000, 2), np.int8)
    pairs[999] = (-100, 100)
    assert (picture_rows(waveform_png(pairs)).sum(axis=0) > 100).sum() == 1
