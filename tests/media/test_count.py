"""Counting packets on the timeline that FFmpeg makes of a file; and filter graphs that bear what changes on the way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.ffmpeg.commands import line, output, source
from apps.media.ffmpeg.count import count_packets
from apps.media.ffmpeg.graphs import apart, steady_sounds
from tests import clips


def count(path, container="mpegts", indexes=(0, 1)):
    return count_packets(path, indexes, container=container, wall_s=60)


def test_each_stream_is_counted_to_its_end():
    found = count(clips.clip("short"), "mov,mp4")
    assert (found.streams[0].packets, found.streams[0].end_us, found.jumps) == (75, 3_000_000, 0)
    assert found.streams[1].end_us == pytest.approx(3_000_000, abs=30_000)
    assert set(count(clips.clip("short"), "mov,mp4", [0]).streams) == {0}


@pytest.mark.parametrize("offset", [0, 3600])
def test_jumps_are_closed_where_the_format_allows_them(tmp_path, offset):
    first, second, both = (tmp_path / f"{name}.ts" for name in ("first", "second", "both"))
    clips.ffmpeg("-i", clips.clip("short"), "-c", "copy", first)
    clips.ffmpeg("-i", clips.clip("short"), "-c", "copy", "-output_ts_offset", offset, second)
    both.write_bytes(first.read_bytes() + second.read_bytes())
    once, twice = count(first), count(both)
    assert (once.jumps, twice.jumps) == (0, 1)
    assert twice.streams[0].packets == 2 * once.streams[0].packets
    assert twice.end_us - once.end_us == pytest.approx(3_000_000, abs=60_000)
    assert count(both, "matroska").jumps == 0


def graphs(command: list[str]) -> list[str]:
    return [text for option, text in pairwise(command) if option == "-filter_complex"]


def test_what_makes_sound_steady_and_what_follows_are_graphs_of_their_own(tmp_path):
    film = source(clips.clip("short"))
    sounds = steady_sounds(film["1"], 2, 48_000, "stereo", 2048)
    picture = film["0"].filter("scale", 64, 36).filter("fps", 25)
    made = [output([sound.filter("apad", pad_len=9)], f"{tmp_path}/{n}.wav") for n, sound in enumerate(sounds)]
    found = graphs(line(*made, output([picture], f"{tmp_path}/p.mkv")))
    assert len(found) == 4
    assert sum("asplit" in text for text in found) == 1
    assert sum("apad=pad_len=9" in text for text in found) == 2
    assert sum(text.count("scale") + text.count("fps=25") for text in found) == 2


@given(st.lists(st.text(max_size=20), max_size=6))
def test_lines_without_such_sound_stay_as_they_are(words):
    assert apart([*words, "-filter_complex", "[0:0]scale=2:2[s0];[s0]fps=25[s1]"])[-1].count(";") == 1
    assert apart(["ffmpeg", *(word for word in words if word != "-filter_complex")])[0] == "ffmpeg"
