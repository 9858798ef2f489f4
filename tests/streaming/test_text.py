"""Subtitles out of real files."""

from pathlib import Path

import pytest

from apps.streaming.models import Generation, Rendition
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db

ENGLISH = """1
00:00:00,500 --> 00:00:01,500
<i>Hello</i> <font color="red">you</font> & <script>x</script>

2
00:00:02,000 --> 00:00:02,900
It goes on
"""
GERMAN = """1
00:00:01,000 --> 00:00:02,000
Grüße <b>an
"""


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


def subtitled(folder: Path, *texts: str, ending: str = "mkv", codec: str = "srt", more=()) -> Path:
    """The clip `short` with these tracks of text, in English, German, …"""
    inputs, maps = [], ["-map", "0"]
    for number, text in enumerate(texts, 1):
        (folder / f"{number}.srt").write_text(text)
        inputs += ["-i", folder / f"{number}.srt"]
        language = ("eng", "ger", "fre")[number - 1]
        maps += ["-map", str(number), f"-metadata:s:s:{number - 1}", f"language={language}"]
    path = folder / f"film.{ending}"
    clips.ffmpeg("-i", clips.clip("short"), *inputs, *maps, "-c", "copy", "-c:s", codec, *more, path)
    return path


def publish(path: Path, owner) -> Generation:
    item, job = ingest_file(path=path, title="", owner=owner)
    run_jobs()
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.staff_error)
    return Generation.objects.published().get(item=item)


def vtt(generation: Generation, name: str) -> str:
    return (generation.folder / name / "subtitles.vtt").read_text()


EXPECTED = """WEBVTT

00:00:00.500 --> 00:00:01.500
<i>Hello</i> you &amp; x

00:00:02.000 --> 00:00:02.900
It goes on
"""


@pytest.mark.parametrize(("ending", "codec"), [("mkv", "srt"), ("mkv", "ass"), ("mp4", "mov_text")])
def test_every_track_of_text_is_listed_and_clean(owner, tmp_path, ending, codec):
    generation = publish(subtitled(tmp_path, ENGLISH, GERMAN, ending=ending, codec=codec), owner)
    english, german = generation.renditions.filter(kind="text").order_by("name")
    assert [(row.name, row.language) for row in (english, german)] == [("t1", "en"), ("t2", "de")]
    assert vtt(generation, "t1").startswith(EXPECTED)
    assert vtt(generation, "t2").endswith("00:00:01.000 --> 00:00:02.000\nGrüße <b>an</b>\n")
    assert english.size_bytes == len(vtt(generation, "t1").encode())
    master = (generation.folder / "master.m3u8").read_text()
    assert 'TYPE=SUBTITLES,GROUP-ID="text",NAME="English",LANGUAGE="en"' in master
    assert 'URI="t2/playlist.m3u8"' in master
    playlist = (generation.folder / "t1" / "playlist.m3u8").read_text()
    assert "subtitles.vtt" in playlist
    assert "#EXT-X-ENDLIST" in playlist


def test_times_are_those_of_a_stream_that_begins_at_zero(owner, tmp_path):
    path = subtitled(tmp_path, ENGLISH, more=("-output_ts_offset", "7"))
    generation = publish(path, owner)
    assert generation.item.asset.facts.start_us == 7_000_000
    assert vtt(generation, "t1").startswith(EXPECTED)


def test_a_track_without_a_word_leaves_the_generation_with_a_note(owner, tmp_path):
    empty = "1\n00:00:01,000 --> 00:00:02,000\n<img src=x>\n"
    generation = publish(subtitled(tmp_path, ENGLISH, empty), owner)
    assert list(generation.renditions.filter(kind="text").values_list("name", flat=True)) == ["t1"]
    assert generation.note == "The text t2 is empty."
    assert "t2/" not in (generation.folder / "master.m3u8").read_text()
    assert not (generation.folder / "t2").exists()


def test_a_track_that_cannot_be_converted_costs_nothing_else(owner, tmp_path, monkeypatch):
    """The plan names a stream that is no text: FFmpeg refuses the whole command, and each track is tried alone."""
    item, job = ingest_file(path=subtitled(tmp_path, ENGLISH), title="", owner=owner)
    run_jobs("default")
    generation = Generation.objects.get(item=item)
    plan = generation.plan
    plan["text"].append({**plan["text"][0], "name": "t2", "stream": 1})
    Generation.objects.filter(pk=generation.pk).update(plan=plan)
    Rendition.objects.create(generation=generation, name="t2", kind="text")
    run_jobs()
    job.refresh_from_db()
    generation.refresh_from_db()
    assert (job.state, generation.state) == ("succeeded", "published")
    assert generation.note.startswith("The text t2 cannot be read")
    assert vtt(generation, "t1").startswith(EXPECTED)


def test_a_track_that_is_too_long_is_left_out(owner, tmp_path, monkeypatch):
    from apps.streaming.encode import text as lines
    from apps.streaming.services import text

    monkeypatch.setattr(lines, "MAX_BYTES", 2000)
    monkeypatch.setattr(text, "MAX_BYTES", 2000)
    endless = "\n".join(f"{n}\n00:00:01,000 --> 00:00:02,000\n{n} {'long ' * 20}\n" for n in range(1, 200))
    generation = publish(subtitled(tmp_path, endless, GERMAN), owner)
    assert "The text t1 is too long." in generation.note
    assert vtt(generation, "t2").endswith("Grüße <b>an</b>\n")


def test_doing_it_again_changes_nothing(owner, tmp_path):
    from apps.streaming.services.commit import Attempt
    from apps.streaming.services.text import extract_text, keep_text

    empty = "1\n00:00:01,000 --> 00:00:02,000\n<img src=x>\n"
    generation = publish(subtitled(tmp_path, ENGLISH, empty), owner)
    before = vtt(generation, "t1")
    (tmp_path / "again").mkdir()
    found = extract_text(
        generation=generation, folder=tmp_path / "again", on_progress=lambda now: None, check=lambda: None
    )
    keep_text(generation=generation, found=found, attempt=Attempt(generation.job_id, 2, lambda: None))
    generation.refresh_from_db()
    assert (vtt(generation, "t1"), generation.note) == (before, "The text t2 is empty.")
