"""Cues become paragraphs of plain text."""

from apps.streaming.transcript import paragraphs
from apps.streaming.webvtt import Cue, read_cues, read_written, write_cues


def said(*cues: tuple[int, int, str]) -> list[tuple[str, int, list[tuple[str, str]]]]:
    made = paragraphs([Cue(*cue) for cue in cues])
    return [(one.speaker, one.start_ms, [tuple(line) for line in one.lines]) for one in made]


def test_lines_stand_together_until_somebody_pauses():
    assert said((0, 1000, "One"), (1500, 2000, "two."), (4501, 5000, "Three.")) == [
        ("", 0, [("0", "One"), ("1.5", "two.")]),
        ("", 4501, [("4.501", "Three.")]),
    ]


def test_markup_goes_and_signs_are_what_they_mean():
    assert said((0, 1, "<i>Fish</i>\n&amp; <c.loud>chips</c> &lt;b&gt;")) == [("", 0, [("0", "Fish & chips <b>")])]


def test_speakers_begin_paragraphs_and_are_named():
    text = "<v.first Ann &amp; Co>Good evening.</v>\n<v Ben>Good night.</v>"
    assert said((0, 900, text), (1000, 1500, "<v Ben>And thanks.</v>"), (1500, 1800, "So long.")) == [
        ("Ann & Co", 0, [("0", "Good evening.")]),
        ("Ben", 0, [("0", "Good night."), ("1", "And thanks.")]),
        ("", 1500, [("1.5", "So long.")]),
    ]


def test_a_long_talk_is_broken_after_a_sentence_or_else_when_it_is_too_long():
    half = "word " * 30
    made = said(*((i * 1000, i * 1000 + 900, half + ("end." if i == 2 else f"go on {i}")) for i in range(9)))
    assert [len(lines) for _, _, lines in made] == [3, 5, 1]


def test_a_line_that_is_shown_on_is_written_once():
    assert said((0, 1000, "One"), (1000, 5000, "One"), (6000, 7000, "Two")) == [("", 0, [("0", "One"), ("6", "Two")])]


def test_nothing_that_can_be_seen_is_no_line():
    assert said((0, 1000, "<i></i>"), (2000, 3000, "&nbsp;")) == []


def test_what_we_wrote_is_read_as_the_careful_reader_reads_it():
    cues = [Cue(0, 1234, "One\n<i>two</i>", "line:0"), Cue(3_600_000, 360_000_000, "&lt;three&gt;")]
    written = write_cues(cues)
    assert [(one.start_ms, one.end_ms, one.text) for one in read_written(written)] == [
        (one.start_ms, one.end_ms, one.text) for one in read_cues(written, until_ms=1 << 40)
    ]
    assert list(read_written("WEBVTT\n\nNOTE nothing\n")) == []
