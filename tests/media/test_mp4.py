import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.mp4.boxes import Malformed
from apps.media.mp4.init import read_init
from apps.media.mp4.segment import TimeOverflow, read_runs, shift
from tests import clips


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hls")
    options = ["-hls_segment_type", "fmp4", "-hls_time", 1, "-hls_fmp4_init_filename", "init.mp4"]
    clips.ffmpeg("-i", clips.clip("cut25"), "-t", 4, "-an", "-c", "copy", "-f", "hls", *options, folder / "p.m3u8")
    return (folder / "init.mp4").read_bytes(), (folder / "p1.m4s").read_bytes()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def fragment(version: int, time: int) -> bytes:
    tfhd = box(b"tfhd", struct.pack(">II", 0, 1))
    tfdt = box(b"tfdt", struct.pack(">IQ" if version else ">II", version << 24, time))
    trun = box(b"trun", struct.pack(">IIIIII", 0x000105, 2, 0, 0x02000000, 500, 500)[:24])
    sidx = box(b"sidx", struct.pack(">IIIIIHH", 0, 1, 1000, time, 0, 0, 0)) if not version else b""
    return sidx + box(b"moof", box(b"traf", tfhd + tfdt + trun))


def test_an_init_names_timescale_and_codec(made):
    track = read_init(made[0])[1]
    assert track.handler == "vide"
    assert track.codec.startswith("avc1.42")
    assert track.timescale == 12800


def test_a_shifted_segment_is_the_same_but_later(made):
    tracks = read_init(made[0])
    before = read_runs(made[1], tracks)[0]
    after = read_runs(shift(made[1], 9000), tracks)[0]
    assert (after.decode_start, after.presentation_start) == (
        before.decode_start + 9000,
        before.presentation_start + 9000,
    )
    assert (after.samples, after.ticks, after.starts_with_sync) == (before.samples, before.ticks, True)
    assert shift(shift(made[1], 9000), -9000) == made[1]


def test_small_times_that_overflow_are_refused_not_wrapped(made):
    tracks = read_init(made[0])
    assert read_runs(shift(fragment(0, 100), 7), tracks)[0].decode_start == 107
    assert read_runs(shift(fragment(1, 2**40), 7), tracks)[0].decode_start == 2**40 + 7
    for version, time in ((0, 2**32 - 5), (1, 2**64 - 5)):
        with pytest.raises(TimeOverflow):
            shift(fragment(version, time), 10)
    with pytest.raises(TimeOverflow):
        shift(fragment(0, 5), -10)


def test_a_fragment_that_claims_more_than_it_holds_is_refused(made):
    tracks = read_init(made[0])
    lying = fragment(1, 0).replace(struct.pack(">II", 0x000105, 2), struct.pack(">II", 0x000105, 2**31))
    with pytest.raises(Malformed):
        read_runs(lying, tracks)


@given(st.data())
def test_damage_is_told_and_never_crashes(made_bytes, data):
    init, segment = made_bytes
    for whole, read in ((init, read_init), (segment, lambda part: read_runs(part, read_init(init)))):
        at = data.draw(st.integers(0, min(len(whole), 2000) - 1))
        damaged = bytearray(whole)
        damaged[at] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(whole)))
        for candidate in (bytes(damaged), whole[:cut]):
            try:
                read(candidate)
            except Malformed:
                continue


@pytest.fixture(scope="module")
def made_bytes(made):
    return made


@pytest.mark.parametrize(
    ("kind", "options", "wanted"),
    [
        # ISO/IEC 14496-15, annex E.3: Main, compatible with Main and Main 10, level 3.1, progressive and not packed.
        (b"hvcC", ("-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=none"), "hvc1.1.6.L93.B0"),
        # The AV1 binding, section 5: Main, level 3.0, Main tier, 8 bits.
        (b"av1C", ("-c:v", "libsvtav1", "-preset", "10"), "av01.0.04M.08"),
    ],
)
def test_codec_names_are_written_as_their_standards_say(tmp_path, kind, options, wanted):
    """The configuration is put in place of the encoder's, so that the example is the standard's."""
    configurations = {
        b"hvcC": bytes([1, 0x01, 0x60, 0, 0, 0, 0xB0, 0, 0, 0, 0, 0, 93]),
        b"av1C": bytes([0x81, 0x04, 0x0C, 0]),
    }
    path = tmp_path / "one.mp4"
    clips.ffmpeg(
        "-i", clips.clip("cut25"), "-frames:v", 1, "-an", *options, "-movflags", "+frag_keyframe+empty_moov", path
    )
    content = bytearray(path.read_bytes())
    at = content.index(kind) + 4
    content[at : at + len(configurations[kind])] = configurations[kind]
    assert read_init(bytes(content))[1].codec == wanted
