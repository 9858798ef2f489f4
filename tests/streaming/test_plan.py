from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.ffmpeg.facts import AudioStream, Probe, Rate, VideoStream
from apps.media.ffmpeg.rates import nominal
from apps.streaming.conf import StreamingSettings
from apps.streaming.encode.parts import Segment
from apps.streaming.plan import Plan
from apps.streaming.planning import make_plan
from apps.streaming.playlists import Bandwidth, Sound, Variant, master_playlist, measure, media_playlist
from apps.streaming.validator import Expected, Whole, find_fault

NTSC = Rate(30_000, 1001)


def probe(width=1280, height=720, rate=NTSC, seconds=600, sounds=1) -> Probe:
    video = VideoStream(0, "h264", width, height, rate, constant_rate=True, duration_ms=seconds * 1000)
    audio = tuple(AudioStream(1 + n, "aac", 2, 48_000, default=n == 1) for n in range(sounds))
    return Probe("mov", seconds * 1000, 0, 1, video, audio)


@pytest.mark.parametrize(
    ("rate", "frames"),
    [(Rate(30_000, 1001), 120), (Rate(25), 100), (Rate(60_000, 1001), 240), (Rate(24_000, 1001), 96)],
)
def test_the_grid_is_a_whole_number_of_frames(rate, frames):
    video = make_plan(probe(rate=rate), StreamingSettings()).video
    assert (video.segment_frames, video.chunk_segments) == (frames, 15)


def test_short_sources_are_one_chunk_unless_shorter_chunks_are_asked_for():
    assert make_plan(probe(seconds=30), StreamingSettings()).chunks == 1
    assert make_plan(probe(seconds=179), StreamingSettings()).chunks == 1
    assert make_plan(probe(seconds=181), StreamingSettings()).chunks == 3
    assert make_plan(probe(seconds=30), StreamingSettings(chunk_s=8)).chunks == 4
    assert make_plan(probe(seconds=30), StreamingSettings(chunk_s=8, one_chunk_below_s=60)).chunks == 1
    assert make_plan(probe(seconds=600), StreamingSettings()).in_one_chunk().chunks == 1


@given(st.integers(1, 8000), st.integers(1, 8000))
def test_a_rung_is_even_and_never_above_the_source(width, height):
    rungs = make_plan(probe(width, height), StreamingSettings()).video.rungs
    assert rungs
    for rung in rungs:
        assert (rung.width % 2, rung.height % 2) == (0, 0)
        assert rung.width <= max(2, width)
        assert rung.height <= max(2, height)
    assert [rung.kbps for rung in rungs] == sorted((rung.kbps for rung in rungs), reverse=True)
    lowest = rungs[-1]
    assert min(lowest.width, lowest.height) <= 360


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((3840, 2160), ["v2160", "v1440", "v1080", "v720", "v480", "v360"]),
        ((1920, 1080), ["v1080", "v720", "v480", "v360"]),
        ((1080, 1920), ["v1080", "v720", "v480", "v360"]),
        ((1920, 800), ["v1080", "v720", "v480", "v360"]),
        ((1024, 600), ["v720", "v480", "v360"]),
        ((640, 360), ["v360"]),
        ((160, 90), ["v360"]),
    ],
)
def test_the_ladder_begins_at_the_source(size, names):
    rungs = make_plan(probe(*size), StreamingSettings()).video.rungs
    assert [rung.name for rung in rungs] == names
    assert (rungs[0].width, rungs[0].height) == size


def test_the_default_track_is_the_one_that_is_heard():
    assert make_plan(probe(sounds=3), StreamingSettings()).audio[0].stream == 2
    assert make_plan(probe(sounds=0), StreamingSettings()).audio == ()


def test_a_plan_survives_being_stored():
    plan = make_plan(probe(), StreamingSettings())
    assert Plan.from_json(plan.as_json()) == plan


@pytest.mark.parametrize(
    ("base", "average", "wanted"),
    [
        ("30000/1001", "30000/1001", "30000/1001"),
        ("30/1", "1234/50", "30/1"),
        ("90000/1", "2997/100", "30000/1001"),
        ("120/1", "120/1", "60/1"),
        ("144/1", "144/1", "48/1"),
        ("0/0", "0/0", "25/1"),
        ("1/10", "1/10", "1/1"),
    ],
)
def test_the_nominal_rate_is_constant_and_at_most_sixty(base, average, wanted):
    read = [
        Fraction(*map(int, text.split("/"))) if not text.endswith("/0") else Fraction(0) for text in (base, average)
    ]
    assert str(nominal(*read, interlaced=False)) == wanted


def segments(*lengths: int, size: int = 1000, start: int = 0) -> list[Segment]:
    made = []
    for number, ticks in enumerate(lengths):
        made.append(Segment(f"seg_{number + 1:05d}.m4s", start, start, ticks, ticks // 512, size))
        start += ticks
    return made


def fault(*lengths: int, frames: int = 250, **changes) -> str | None:
    plan = make_plan(probe(rate=Rate(25)), StreamingSettings()).video
    whole = Whole(**{"name": "v360", "codecs": "avc1", "timescale": 12_800, "segments": segments(*lengths), **changes})
    found = find_fault(plan, [whole], [], Expected(range(frames, frames + 1)))
    return found.code if found else None


def test_only_a_complete_stream_passes():
    whole = (51_200, 51_200, 25_600)
    assert fault(*whole) is None
    assert fault(*whole, frames=251) == "frames"
    assert fault(51_200, 25_600, 51_200) == "grid"
    assert fault(*whole, segments=segments(*whole, start=512)) == "start"
    assert fault(*whole, segments=[*segments(51_200), *segments(51_200, start=51_712)]) == "gap"
    assert fault(*whole, segments=[*segments(51_200), *segments(51_200, start=50_688)]) == "gap"
    assert fault(*whole, codecs="") == "codecs"
    assert fault() == "empty"


def test_the_peak_is_taken_over_about_a_target_duration():
    calm = segments(4000, 4000, 4000, size=1000)
    assert measure(calm, 1000, longest=4) == Bandwidth(2000, 2000)
    burst = [*calm, *segments(100, size=1000, start=12_000)]
    assert measure(burst, 1000, longest=4).peak == 3903  # the tail of 0.1 s counts together with its neighbour
    assert measure(segments(500, size=1000), 1000, longest=4) == Bandwidth(16_000, 16_000)


def test_playlists_say_what_players_need():
    text = media_playlist(segments(51_200, 25_600), 12_800, longest=4)
    assert "#EXT-X-TARGETDURATION:4\n" in text
    assert '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.000000,\nseg_00001.m4s\n#EXTINF:2.000000,' in text
    assert text.endswith("#EXT-X-ENDLIST\n")
    sound = Sound("a128", "mp4a.40.2", Bandwidth(130, 120), 2, "audio", "en", 'Com"ment\nary', default=True)
    variant = Variant("v360", "avc1.64001E", Bandwidth(600, 500), 640, 360, Fraction(30_000, 1001), "audio")
    master = master_playlist([variant], [sound], [])
    assert 'NAME="Commentary",LANGUAGE="en",DEFAULT=YES' in master
    assert "BANDWIDTH=730,AVERAGE-BANDWIDTH=620," in master
    assert "RESOLUTION=640x360,FRAME-RATE=29.970" in master


@pytest.mark.parametrize(
    ("rate", "begins_us", "origin", "first"),
    [
        (Rate(25), 0, 0, 0),
        (Rate(25), 23_222, 23_222, 0),  # a transport stream, whose sound begins before
        (Rate(25), 2_200_000, 0, 55),
        (Rate(25), 2_199_800, -200, 55),  # rounded to milliseconds
        (Rate(1), 400_000, -600_000, 1),  # too much to be cut off
        (Rate(30_000, 1001), 33_000, -367, 1),
    ],
)
def test_pictures_that_begin_later_than_the_sound_fall_on_the_grid(rate, begins_us, origin, first):
    given = probe(rate=rate)
    plan = make_plan(replace(given, video=replace(given.video, start_us=begins_us)), StreamingSettings())
    assert (plan.origin_us, plan.video.first_frame) == (origin, first)


@given(st.integers(1, 60), st.integers(0, 10**8))
def test_the_origin_is_never_further_than_a_frame_away(rate, begins_us):
    given = probe(rate=Rate(rate))
    plan = make_plan(replace(given, video=replace(given.video, start_us=begins_us)), StreamingSettings())
    frame = 1_000_000 / rate
    assert -frame <= plan.origin_us <= min(frame, 50_000)
    assert abs(plan.video.first_frame * frame - (begins_us - plan.origin_us)) <= 1


def test_time_stamps_that_begin_anew_are_not_cut():
    assert make_plan(replace(probe(seconds=600), jumps=1), StreamingSettings()).chunks == 1
