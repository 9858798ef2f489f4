"""What files say about themselves: tags, chapters, subtitles, languages, rates, transparency."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.ffmpeg.chapters import MOST, read_chapters
from apps.media.ffmpeg.facts import ChapterMark, Tags
from apps.media.ffmpeg.probe import probe_file
from apps.media.ffmpeg.tags import read_tags
from apps.media.languages import tag_of
from apps.media.words import clean_words
from tests import clips

ANYTHING = st.one_of(st.none(), st.integers(), st.text(), st.text(alphabet="\0\x01\n\x1b\u202e\ud800ab\u0301 "))


@given(ANYTHING, st.integers(1, 50))
def test_words_are_one_short_line_that_every_column_and_page_can_hold(raw, longest):
    words = clean_words(raw, longest)
    assert len(words) <= longest
    assert not {unicodedata.category(sign) for sign in words} & {"Cc", "Cs"}
    assert "\u202e" not in words
    assert words == words.strip()
    assert clean_words(words, longest) == words
    words.encode()


@given(st.dictionaries(st.one_of(st.text(), st.sampled_from(["TITLE", "Artist", "year", "COMMENT"])), ANYTHING))
def test_tags_are_read_from_whatever_stands_there(found):
    tags = read_tags(found, {"artist": "Mila"})
    assert all(len(getattr(tags, name)) <= 200 for name in ("title", "artist", "album", "genre", "date"))
    assert len(tags.comment) <= 2000
    assert tags.artist


def test_tags_go_by_many_names():
    found = {
        "ALBUM ARTIST": "Both",
        "YEAR": "1987",
        "TRACKNUMBER": "3/12",
        "DiscNumber": "1",
        "DESCRIPTION": "x" * 5000,
    }
    tags = read_tags(found, {"year": "2001", "genre": "Jazz"})
    assert tags == Tags(
        album_artist="Both", date="1987", track="3/12", disc="1", comment="x" * 2000, genre="Jazz", title=""
    )


@pytest.mark.parametrize(
    ("raw", "kept"), [("-7.25 dB", "-7.25 dB"), ("+1.5 DB", "+1.5 dB"), ("loud", ""), ("1e9 dB", ""), ("٣ dB", "")]
)
def test_a_gain_is_a_number_of_decibels_or_nothing(raw, kept):
    assert read_tags({"REPLAYGAIN_TRACK_GAIN": raw}).replaygain_track_gain == kept


@given(st.text())
def test_any_text_is_a_language_or_none(raw):
    assert len(tag_of(clean_words(raw, 80))) <= 16


def mark(start: object, end: object, title: object = "") -> dict:
    return {"start_time": start, "end_time": end, "tags": {"title": title}}


@given(
    st.lists(
        st.builds(mark, st.floats() | st.text(), st.floats(-9, 99) | st.just("N/A"), ANYTHING), max_size=MOST + 100
    ),
    st.integers(0, 50_000),
)
def test_chapters_are_sorted_apart_and_within_the_file(found, duration_ms):
    chapters = read_chapters(found, start_us=1_400_000, duration_ms=duration_ms)
    assert len(chapters) <= MOST
    for before, after in pairwise(chapters):
        assert before.end_ms <= after.start_ms
    for chapter in chapters:
        assert 0 <= chapter.start_ms < chapter.end_ms
        assert chapter.end_ms <= (duration_ms or chapter.end_ms)


def test_chapters_are_told_from_the_first_picture_on():
    found = [mark("6.0", "99.0", "End\0ing"), mark("1.0", "4.0", "Beginning"), mark("4.0", "6.5")]
    assert read_chapters(found, start_us=1_500_000, duration_ms=9000) == (
        ChapterMark(0, 2500, "Beginning"),
        ChapterMark(2500, 4500, ""),
        ChapterMark(4500, 9000, "Ending"),
    )


def test_chapters_that_make_no_sense_are_not_believed():
    nonsense = [mark("50", "60"), mark("70", "80"), mark("0", "5")]
    assert read_chapters(nonsense, start_us=0, duration_ms=9000) == ()
    mostly = [mark("0", "3"), mark("3", "5"), mark("70", "80")]
    assert [one.start_ms for one in read_chapters(mostly, start_us=0, duration_ms=9000)] == [0, 3000]


METADATA = """;FFMETADATA1
title=Night\\
 train
artist=Mila & Sven
comment=made\tat home
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=Leaving
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=3000
title=Under way
"""


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_a_film_tells_tags_chapters_and_subtitles(tmp_path, ending):
    (tmp_path / "words.txt").write_text(METADATA)
    (tmp_path / "text.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nHello\n")
    path = tmp_path / f"film.{ending}"
    text = "mov_text" if ending == "mp4" else "subrip"
    languages = ("-metadata:s:a:0", "language=ger", "-metadata:s:s:0", "language=eng")
    clips.ffmpeg(
        *("-i", clips.clip("short"), "-i", tmp_path / "text.srt", "-i", tmp_path / "words.txt"),
        *("-map", "0", "-map", "1", "-map_metadata", "2", "-map_chapters", "2", "-c", "copy", "-c:s", text),
        *(*languages, "-disposition:s:0", "default+forced+hearing_impaired", path),
    )
    facts = probe_file(path)
    assert (facts.tags.title, facts.tags.artist, facts.tags.comment) == ("Night train", "Mila & Sven", "made at home")
    assert [(one.start_ms, one.end_ms, one.title) for one in facts.chapters] == [
        (0, 1000, "Leaving"),
        (1000, pytest.approx(3000, abs=30), "Under way"),
    ]
    (stream,) = facts.text
    assert (stream.codec, stream.language, stream.forced, stream.described) == (text, "en", True, True)
    assert facts.audio[0].language == "de"
    assert type(facts).from_json(facts.as_json()) == facts


def test_a_song_in_ogg_tells_what_it_is(tmp_path):
    path = tmp_path / "song.opus"
    tags = ("-metadata", "TITLE=Lied", "-metadata", "ARTIST=Mila", "-metadata", "REPLAYGAIN_TRACK_GAIN=-3.5 dB")
    clips.ffmpeg("-i", clips.clip("sound"), "-c:a", "libopus", "-b:a", "64k", *tags, path)
    facts = probe_file(path)
    assert (facts.tags.title, facts.tags.artist, facts.tags.replaygain_track_gain) == ("Lied", "Mila", "-3.5 dB")


def test_rates_and_pixels_are_told():
    facts = probe_file(clips.clip("short"))
    assert facts.video.pixel_format.startswith("yuv4")
    assert not facts.video.alpha
    assert facts.video.kbps > 0
    assert facts.audio[0].kbps > 0


@pytest.mark.parametrize("name", ["clear_vp9", "clear_vp8", "clear_prores", "clear_png"])
def test_transparency_is_noticed(name):
    assert probe_file(clips.clip(name)).video.alpha
