import os
from pathlib import Path

import pytest

from apps.media.errors import MediaRefused
from apps.media.services.examine import examine_file
from tests import clips


def refused(path: Path) -> MediaRefused:
    with pytest.raises(MediaRefused) as caught:
        examine_file(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return caught.value


def picture(tmp_path, ending: str, *options: object) -> Path:
    path = tmp_path / f"picture.{ending}"
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", 1, *options, path)
    return path


def test_a_film_is_known_by_its_streams():
    facts = examine_file(clips.clip("film"))
    assert (facts.video.width, facts.video.height, str(facts.video.rate)) == (1280, 720, "30000/1001")
    assert facts.video.constant_rate
    assert facts.duration_ms == pytest.approx(30_030, abs=40)
    assert [stream.codec for stream in facts.audio] == ["aac"]
    assert type(facts).from_json(facts.as_json()) == facts


def test_a_turned_recording_has_the_size_that_is_shown():
    facts = examine_file(clips.portrait())
    assert (facts.video.width, facts.video.height, facts.video.rotation) == (180, 320, 90)


def test_a_cover_is_not_a_video(tmp_path):
    path = tmp_path / "song.mp3"
    cover = picture(tmp_path, "jpg")
    clips.ffmpeg("-i", clips.clip("sound"), "-i", cover, "-map", 0, "-map", 1, "-c", "copy", path)
    facts = examine_file(path)
    assert facts.video is None
    assert facts.cover_index == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("text.mp4", b"Dear diary,\ntoday I have learnt what a container is.\n" * 50, "text"),
        ("zero.mp4", b"", "empty"),
        ("noise.mp4", bytes(range(256)) * 999, "not_media"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", "playlist"),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
        ("zip.mp3", b"PK\x03\x04" + b"\0" * 500, "archive"),
    ],
)
def test_what_is_no_media_is_called_what_it_is(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


def test_noise_that_looks_like_sound_is_refused(tmp_path):
    path = tmp_path / "noise.mp3"
    path.write_bytes(os.urandom(1_000_000))
    assert refused(path).code in {"undecodable", "not_media"}


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "mp4"])
def test_a_picture_is_refused_in_every_disguise(tmp_path, ending):
    path = picture(tmp_path, ending, *(["-c:v", "libx264"] if ending == "mp4" else []))
    assert refused(path).code == "picture"
    assert refused(path.rename(tmp_path / "film.mp4")).code == "picture"


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    whole = clips.clip("short").read_bytes()
    tail_index = tmp_path / "tail.mp4"
    tail_index.write_bytes(whole[: len(whole) // 2])
    front = tmp_path / "front.mp4"
    clips.ffmpeg("-i", clips.clip("short"), "-c", "copy", "-movflags", "faststart", front)
    front.write_bytes(front.read_bytes()[:-20_000])
    matroska = tmp_path / "cut.mkv"
    clips.ffmpeg("-i", clips.clip("short"), "-c", "copy", matroska)
    matroska.write_bytes(matroska.read_bytes()[:-20_000])
    for path in (tail_index, front, matroska):
        assert refused(path).code == "truncated"


def test_folders_missing_files_and_pipes_are_refused(tmp_path):
    assert refused(tmp_path).code == "folder"
    assert refused(tmp_path / "nothing.mp4").code == "missing"
    assert refused(clips.clip("short") / "inside").code == "missing"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refused(pipe).code == "not_a_file"


def test_a_name_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / os.fsdecode(b"Gr\xfc\xdfe.mp4")
    path.write_bytes(clips.clip("short").read_bytes())
    assert refused(path).code == "name"
    link = tmp_path / "link.mp4"
    link.symlink_to(path)
    assert refused(link).code == "name"


def test_too_many_pixels_streams_or_hours_are_refused(settings):
    for limit, code in (
        ("max_pixels", "too_many_pixels"),
        ("max_streams", "too_many_streams"),
        ("max_duration_s", "too_long"),
    ):
        settings.MEDIA_LIMITS = {limit: 1}
        assert refused(clips.clip("short")).code == code


def test_a_name_that_looks_like_an_address_is_only_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("concat:a|b.mp4", "-version", "http:%2f%2fhost.mp4"):
        path = Path(name)
        path.write_bytes(clips.clip("short").read_bytes())
        assert examine_file(path).video


def test_a_subtitle_that_stays_for_days_makes_a_film_no_longer(tmp_path):
    words, path = tmp_path / "words.srt", tmp_path / "film.mkv"
    words.write_text("1\n00:00:01,000 --> 99:00:00,000\nHello\n")
    clips.ffmpeg("-i", clips.clip("short"), "-i", words, "-map", 0, "-map", 1, "-c", "copy", "-c:s", "srt", path)
    facts = examine_file(path)
    assert facts.duration_ms == pytest.approx(3000, abs=50)
    assert len(facts.text) == 1


def test_a_picture_whose_margins_are_too_large_is_not_called_damaged(tmp_path, settings):
    path = tmp_path / "film.mp4"
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=130x74:d=1", "-c:v", "libx264", "-preset", "ultrafast", path)
    settings.MEDIA_LIMITS = {"max_pixels": 130 * 74}
    assert refused(path).code == "too_many_pixels"
