import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.streaming.webvtt import MAX_CUE_SIGNS, MAX_CUES, Cue, clean_text, read_cues, write_cues


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Hello <b>you</b>", "Hello <b>you</b>"),
        ("<i>open", "<i>open</i>"),
        ("<b><i>crossed</b></i>", "<b><i>crossed</i></b>"),
        ("closed</u> alone", "closed alone"),
        ("<v Anna>Hi</v>", "<v Anna>Hi</v>"),
        ("<v.loud Anna & Ben>Hi", "<v.loud Anna &amp; Ben>Hi</v>"),
        ("<c.yellow.bg_blue>colour</c>", "<c.yellow.bg_blue>colour</c>"),
        ("<ruby>漢<rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>"),
        ("<font color=red>red</font>", "red"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<b onclick=alert(1)>x</b>", "<b>x</b>"),
        ('<c.a"b onclick=x>y</c>', "<c.a>y</c>"),
        ("<B>loud</B>", "<b>loud</b>"),
        ("<00:00:01.000>karaoke", "karaoke"),
        ("<lang de>Hallo</lang>", "Hallo"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("a --> b", "a --&gt; b"),
        ("&lt;b&gt; &amp; &nbsp; &#39; &bogus;", "&lt;b&gt; &amp; &nbsp; &#39; &amp;bogus;"),
        ("one\n\n\ntwo", "one\ntwo"),
        ("a\0b\x07c\u202ed", "abcd"),
        ("<<b>script>x", "&lt;<b>script&gt;x</b>"),
        ("<scr<b>ipt>", "&lt;scr<b>ipt&gt;</b>"),
        ("  spaced  ", "spaced"),
        ("", ""),
    ],
)
def test_only_harmless_markup_stays(raw, clean):
    assert clean_text(raw) == clean


@given(st.text(alphabet="<>/&;bicuv.rubt \n-a\"'=!0:", max_size=200))
def test_what_was_cleaned_is_balanced_and_stays_as_it_is(raw):
    once = clean_text(raw)
    assert clean_text(once) == once
    assert "-->" not in once
    assert "\n\n" not in once
    opened = []
    for piece in once.split("<")[1:]:
        tag, end, _ = piece.partition(">")
        assert end
        name = tag.removeprefix("/").split(".")[0].split(" ")[0]
        assert name in {"b", "i", "u", "c", "v", "ruby", "rt"}
        if tag.startswith("/"):
            assert opened.pop() == name
        else:
            opened.append(name)
    assert not opened


def test_long_text_is_cut():
    assert len(clean_text("x" * 100_000)) == MAX_CUE_SIGNS
    assert clean_text("\n".join("x" * 100)).count("\n") < 50


FILE = """WEBVTT - a title

STYLE
::cue { background: url(https://example.org/spy.png) }

REGION
id:fred

NOTE
00:00:01.000 --> 00:00:02.000
not a cue

second
00:05.000 --> 00:07.500 align:start line:10% onclick:alert(1) position:50%,line-left
Two

00:00:01.000 --> 00:00:03.000
One
and a half

1:00:00,000 --> 1:00:02,000
Comma

00:00:09.000 --> 00:00:08.000
backwards

00:00:09.000 --> 00:00:09.500
<img src=x>
"""


def test_cues_come_out_in_order_without_styles_and_notes():
    assert read_cues(FILE, until_ms=3_601_000) == [
        Cue(1000, 3000, "One\nand a half"),
        Cue(5000, 7500, "Two", "align:start line:10% position:50%,line-left"),
        Cue(3_600_000, 3_601_000, "Comma"),
    ]


def test_nothing_is_shown_after_the_end():
    assert read_cues(FILE, until_ms=6000)[-1].end_ms == 6000
    assert read_cues(FILE, until_ms=900) == []


def test_what_was_written_is_read_again():
    cues = read_cues(FILE, until_ms=10_000_000)
    assert read_cues(write_cues(cues), until_ms=10_000_000) == cues
    assert write_cues(cues).startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nOne\n")


def test_line_breaks_of_every_kind_part_lines():
    assert read_cues("WEBVTT\r\n\r\n00:01.000 --> 00:02.000\rHi\r\n", until_ms=5000) == [Cue(1000, 2000, "Hi")]


def test_more_cues_than_anybody_can_read_are_left_out():
    many = "\n\n".join(["WEBVTT", *["00:01.000 --> 00:02.000\nx"] * (MAX_CUES + 10)])
    assert len(read_cues(many, until_ms=5000)) == MAX_CUES


@given(st.text(max_size=300))
def test_no_text_is_too_strange(raw):
    read_cues(raw, until_ms=1000)
