"""What is made beside the stream, from real files: waveforms, loudness, the whole file, pictures for the seek bar."""

import json
from pathlib import Path

import pytest
from mutagen.mp4 import MP4

from apps.catalog.enums import Kind
from apps.jobs.errors import LostLease
from apps.jobs.models import Job
from apps.media.models import Loudness
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.ingest import ingest_file
from apps.streaming.work import STORYBOARD
from tests import clips
from tests.jobs.running import run_jobs
from tests.streaming.reading import probe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


def publish(path, owner, *, kind: str = "", title: str = "") -> Generation:
    item, job = ingest_file(path=path, title=title, owner=owner)
    if kind:
        item.kind = kind
        item.save()
    run_jobs()
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.staff_error)
    return Generation.objects.published().get(item=item)


def recorded(name: str, *recipe: object) -> Path:
    return clips.kept(f"beside_{name}", lambda path: clips.ffmpeg(*recipe, path))


def overview_of(generation: Generation) -> dict:
    return json.loads((generation.folder / "peaks" / "overview.json").read_text())


@pytest.mark.parametrize(("name", "seconds"), [("sound", 9), ("short", 3), ("surround", 2)])
def test_waveforms_are_as_long_as_the_sound(owner, name, seconds):
    generation = publish(clips.clip(name), owner)
    assert generation.peaks
    told = overview_of(generation)
    assert told["length"] * told["samples_per_pixel"] / told["sample_rate"] == pytest.approx(seconds, abs=0.12)
    assert {path.name for path in (generation.folder / "peaks").iterdir()} == {
        "overview.json",
        "overview.dat",
        "detail.json",
        "detail.dat",
        "wave.png",
    }


def test_pictures_without_sound_have_neither_waveform_nor_loudness(owner):
    generation = publish(clips.clip("silent"), owner)
    assert (generation.peaks, generation.progressive) == (False, "")
    assert not (generation.folder / "peaks").exists()
    assert not Loudness.objects.exists()


def test_the_loudness_of_an_item_is_told_with_the_gain_of_its_kind(client, owner):
    item = publish(clips.clip("sound"), owner).item
    row = Loudness.objects.get(asset=item.asset)
    assert row.integrated_lufs == pytest.approx(-22, abs=0.6)
    told = client.get(f"/api/v1/items/{item.pk}/").json()["loudness"]
    assert told == {
        "integrated_lufs": row.integrated_lufs,
        "range_lu": row.range_lu,
        "true_peak_dbtp": row.true_peak_dbtp,
        "gain_db": round(-14 - row.integrated_lufs, 2),
    }


def test_what_is_silent_has_a_waveform_and_no_loudness(client, owner):
    generation = publish(recorded("silence.flac", "-f", "lavfi", "-i", "anullsrc=d=3:r=44100"), owner)
    assert set(overview_of(generation)["data"]) == {0}
    assert not Loudness.objects.get().measurable
    assert client.get(f"/api/v1/items/{generation.item_id}/").json()["loudness"] is None
    assert "----:com.apple.iTunes:replaygain_track_gain" not in MP4(whole_of(generation)).tags


def whole_of(generation: Generation) -> Path:
    return generation.folder / "progressive" / generation.progressive


def song() -> Path:
    path = recorded(
        "song.mp3", "-f", "lavfi", "-i", "sine=440:d=13:r=44100", "-f", "lavfi", "-i", "testsrc2=s=300x200:d=1:r=1",
        "-map", "0", "-map", "1", "-c:v", "png", "-disposition:v", "attached_pic", "-c:a", "libmp3lame", "-ac", "2",
        "-metadata", "title=Sunrise", "-metadata", "artist=Ada & the Lovelaces", "-metadata", "album=Mornings",
        "-metadata", "track=3/12", "-metadata", "genre=Folk", "-metadata", "date=2024",
    )  # fmt: skip
    return path


def test_music_has_one_whole_file_of_the_best_packets(owner):
    generation = publish(song(), owner, title="Sunrise (live)")
    assert generation.progressive == "sunrise-live.m4a"
    whole = whole_of(generation)
    assert probe(whole, "-show_entries", "stream=codec_name", "-select_streams", "a") == ["aac"]
    rendition = generation.renditions.get(name="a256")
    assert len(probe(whole, "-select_streams", "a", "-show_entries", "packet=pts_time")) == rendition.samples
    raw = whole.read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")
    assert MP4(whole).info.length == pytest.approx(13, abs=0.1)


def test_the_whole_file_carries_tags_cover_and_the_one_stored_loudness(owner):
    generation = publish(song(), owner, title="Sunrise (live)")
    tags = MP4(whole_of(generation)).tags
    assert tags["\xa9nam"] == ["Sunrise (live)"]
    assert tags["\xa9ART"] == ["Ada & the Lovelaces"]
    assert tags["\xa9alb"] == ["Mornings"]
    assert tags["trkn"] == [(3, 12)]
    (cover,) = tags["covr"]
    assert bytes(cover[:3]) == b"\xff\xd8\xff"
    row = Loudness.objects.get()
    free = {name.rpartition(":")[2]: bytes(tags[name][0]).decode() for name in tags if name.startswith("----")}
    assert free["replaygain_track_gain"] == f"{-18 - row.integrated_lufs:.2f} dB"
    assert float(free["replaygain_track_peak"]) == pytest.approx(10 ** (row.true_peak_dbtp / 20), rel=1e-4)
    assert free["replaygain_reference_loudness"] == "-18.00 LUFS"


def test_a_sample_has_its_own_packets_as_one_file_and_a_film_has_none(owner):
    sample = publish(clips.clip("sound"), owner, kind=Kind.SAMPLE)
    assert sample.renditions.filter(kind="audio").count() == 1
    count = len(probe(whole_of(sample), "-select_streams", "a", "-show_entries", "packet=pts_time"))
    assert count == sample.renditions.get(name="a320").samples
    assert publish(clips.clip("short"), owner).progressive == ""


def test_a_title_without_plain_letters_gives_a_plain_name(owner):
    assert publish(clips.clip("sound"), owner, title="夜明け").progressive == "item.m4a"
    assert publish(clips.clip("sound"), owner, title="A b " * 40).progressive == f"{'a-b-' * 8}a-b.m4a"


def story_of(generation: Generation) -> dict:
    return json.loads((generation.folder / "story" / "storyboard.json").read_text())


def size_of(picture: Path) -> tuple[int, int]:
    width, height = probe(picture, "-show_entries", "stream=width"), probe(picture, "-show_entries", "stream=height")
    return int(width[0]), int(height[0])


def test_a_film_has_a_picture_per_segment_for_its_seek_bar(owner):
    generation = publish(clips.clip("cut25"), owner)
    assert generation.storyboard
    told = story_of(generation)
    assert told["starts_ms"] == [4000 * number for number in range(8)]
    assert (told["width"], told["height"], told["columns"], told["rows"]) == (128, 72, 8, 1)
    assert size_of(generation.folder / "story" / "sheet_001.jpg") == (8 * 128, 72)
    vtt = (generation.folder / "story" / "storyboard.vtt").read_text()
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nsheet_001.jpg#xywh=0,0,128,72\n")
    assert vtt.endswith("00:00:28.000 --> 00:00:30.000\nsheet_001.jpg#xywh=896,0,128,72\n")


def colours(generation: Generation, tmp_path: Path) -> list[int]:
    """The mean brightness of each picture of the first sheet."""
    told = story_of(generation)
    raw = tmp_path / "sheet.gray"
    clips.ffmpeg("-i", generation.folder / "story" / "sheet_001.jpg", "-f", "rawvideo", "-pix_fmt", "gray", raw)
    content, wide = raw.read_bytes(), told["columns"] * told["width"]
    found = []
    for number in range(len(told["starts_ms"])):
        left = number % told["columns"] * told["width"] + told["width"] // 2
        top = number // told["columns"] * told["height"] + told["height"] // 2
        found.append(content[top * wide + left])
    return found


def brightening(*options: object) -> list[object]:
    """Every second is brighter than the one before it: 0, 5, 10, …"""
    graph = "color=black:s=128x72:r=25:d=41,format=gray,geq=lum='5*floor(T)',format=yuvj420p"
    return ["-f", "lavfi", "-i", graph, "-c:v", "libx264", "-preset", "ultrafast", *options]


@pytest.mark.parametrize("key_frames", [25, 100, 250])
def test_each_picture_is_that_of_its_time(owner, tmp_path, key_frames):
    """Also where the source's own packets are the rung, which may have several key frames in a segment."""
    path = recorded(f"grid{key_frames}.mp4", *brightening("-g", key_frames, "-bf", "0", "-sc_threshold", "0"))
    generation = publish(path, owner)
    starts = story_of(generation)["starts_ms"]
    assert len(starts) == 11
    for start, value in zip(starts, colours(generation, tmp_path), strict=True):
        assert abs(value - 5 * (start // 1000)) <= 6


def test_portrait_pictures_stand_upright(owner):
    told = story_of(publish(clips.portrait(), owner))
    assert (told["width"], told["height"]) == (90, 160)


def test_one_frame_is_one_picture(owner):
    path = recorded("frame.mp4", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=3", "-vf", "fps=1/3", "-c:v", "libx264")
    generation = publish(path, owner)
    assert len(story_of(generation)["starts_ms"]) == 1


def test_three_hours_are_some_hundred_pictures_in_several_sheets(owner, settings):
    settings.STREAMING = {"preset": "ultrafast", "one_chunk_below_s": 20_000}
    path = recorded(
        "long.mp4", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=1:d=10800", "-c:v", "libx264", "-preset", "ultrafast"
    )
    generation = publish(path, owner)
    told = story_of(generation)
    assert len(told["starts_ms"]) == 540
    assert told["starts_ms"][:3] == [0, 20_000, 40_000]
    assert (told["end_ms"], len(told["sheets"])) == (10_800_000, 6)
    sizes = {size_of(generation.folder / "story" / name) for name in told["sheets"]}
    assert sizes == {(1280, 720)}
    vtt = (generation.folder / "story" / "storyboard.vtt").read_text()
    assert vtt.count("-->") == 540
    assert "02:59:40.000 --> 03:00:00.000\nsheet_006.jpg#xywh=1152,216,128,72\n" in vtt


def up_to_pictures() -> None:
    """Everything but the pictures: plan, encode, publish."""
    for queue in ("default", "cpu", "default"):
        run_jobs(queue)
    assert Generation.objects.published().exists()


def test_pictures_for_the_seek_bar_come_after_everything_else(owner):
    item, _ = ingest_file(path=clips.clip("short"), title="", owner=owner)
    up_to_pictures()
    wanted = Job.objects.get(kind=STORYBOARD)
    assert (wanted.queue, wanted.priority, wanted.owner_id) == ("cpu", 30, owner.pk)
    assert wanted.subject == f"catalog.item:{item.pk}"
    run_jobs()
    assert Generation.objects.get(item=item).storyboard


def test_sound_alone_wants_no_pictures(owner):
    publish(clips.clip("sound"), owner)
    assert not Job.objects.filter(kind=STORYBOARD).exists()


def test_pictures_of_a_generation_that_was_replaced_are_not_made(owner):
    ingest_file(path=clips.clip("short"), title="", owner=owner)
    up_to_pictures()
    Generation.objects.update(state="retired")
    run_jobs()
    assert Job.objects.get(kind=STORYBOARD).state == "succeeded"
    assert not (Generation.objects.get().folder / "story").exists()


def test_an_attempt_that_lost_its_job_keeps_nothing(owner, tmp_path):
    from apps.media.sound.loudness import Measured
    from apps.media.sound.meter import Sound
    from apps.streaming.services.beside import keep_sound
    from apps.streaming.services.commit import Attempt
    from apps.streaming.services.progressive import keep_whole_file
    from apps.streaming.services.storyboard import keep_storyboard

    generation = publish(clips.clip("sound"), owner)
    Generation.objects.update(peaks=False, storyboard=False, progressive="")
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "x.m4a").write_bytes(b"late")

    def lost() -> None:
        raise LostLease

    late = Attempt(generation.job_id, 1, lost)
    with pytest.raises(LostLease):
        keep_whole_file(generation=generation, file=tmp_path / "made" / "x.m4a", attempt=late)
    sound = Sound(Measured(measurable=False), tmp_path / "made")
    with pytest.raises(LostLease):
        keep_sound(generation=generation, sound=sound, attempt=late)
    assert Loudness.objects.get().measurable
    with pytest.raises(LostLease):
        keep_storyboard(generation=generation, made=tmp_path / "made", attempt=late)
    generation.refresh_from_db()
    assert (generation.peaks, generation.storyboard, generation.progressive) == (False, False, "")
    assert (tmp_path / "made" / "x.m4a").exists()
    assert not (generation.folder / "progressive" / "x.m4a").exists()


def test_a_second_attempt_at_the_sound_leaves_what_the_first_one_kept(owner, monkeypatch):
    """It dies after the waveforms and before the track counts as complete: all of it is made again, to the same end."""
    from apps.streaming.handlers import sound

    item, job = ingest_file(path=clips.clip("sound"), title="", owner=owner)
    whole = sound.keep_whole_file
    died = []

    def die_once(**given) -> None:
        whole(**given)
        if not died:
            died.append(True)
            raise ConnectionResetError("the machine went away")

    monkeypatch.setattr(sound, "keep_whole_file", die_once)
    run_jobs()
    Job.objects.filter(state="queued").update(run_after=job.created_at)
    run_jobs()
    job.refresh_from_db()
    generation = Generation.objects.get(item=item)
    assert died
    assert (job.state, generation.state) == ("succeeded", "published")
    assert ChunkOutput.objects.filter(generation=generation, complete=True).count() == 3
    assert Loudness.objects.count() == 1
    assert generation.peaks
    assert whole_of(generation).exists()
