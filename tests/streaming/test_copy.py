"""The source's own packets as the top rung: only where they lie as our segments do, and then without a seam."""

from dataclasses import replace
from pathlib import Path

import pytest

from apps.core import site_settings
from apps.jobs.models import Job
from apps.media.mp4.boxes import Malformed, top
from apps.media.mp4.movie import descriptions, read_moov
from apps.streaming.enums import State
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.fit import fits_grid
from apps.streaming.work import COPY_VIDEO, ENCODE_CHUNK, ENCODE_LEAD
from tests import clips
from tests.jobs.running import run_jobs
from tests.streaming.publishing import finish, planned
from tests.streaming.reading import frame_times, joined_times, master_of, probe

pytestmark = pytest.mark.django_db

_PICTURES = ("-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=30")
_TONE = ("-f", "lavfi", "-i", "sine=440:d=30:r=48000")
_GRID = ("-bf", 0, "-g", 25, "-keyint_min", 25, "-sc_threshold", 0)
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


@pytest.fixture(autouse=True)
def _two_rungs_in_chunks(settings):
    settings.STREAMING = {
        "chunk_s": 8,
        "segment_s": 2,
        "preset": "ultrafast",
        "ladder": ((72, 900), (36, 100)),
        "one_chunk_below_s": 5,
    }


def made(name: str, *options: object, ending: str = "mp4") -> Path:
    """A clip of 30 s with a key frame each second, unless `options` say otherwise; made once."""
    line = [*_PICTURES, *_TONE, *_H264, *_GRID, "-c:a", "aac", *options]
    return clips.kept(f"{name}.{ending}", lambda path: clips.ffmpeg(*line, path))


def fitting() -> Path:
    return made("fits")


def replace_file(path: Path, content: bytes) -> None:
    """The file in the store may be one with the clip."""
    path.unlink()
    path.write_bytes(content)


def copied(generation: Generation) -> list[str]:
    video = generation.what_to_make.video
    return [rung.name for rung in video.copied]


def kinds(job: Job) -> set[str]:
    return set(Job.objects.filter(parent=job).values_list("kind", flat=True))


def bits(path: Path) -> list[str]:
    """A digest of each packet's bytes."""
    return probe(path, "-select_streams", "v:0", "-show_data_hash", "md5", "-show_entries", "packet=data_hash")


def test_a_source_on_the_grid_is_kept_as_the_top_rung_and_cut_where_the_others_are(owner, tmp_path):
    generation, job = planned(fitting(), owner)
    assert copied(generation) == ["v72"]
    assert kinds(job) >= {COPY_VIDEO, ENCODE_CHUNK, ENCODE_LEAD}
    stream = finish(job)
    assert stream == generation
    times = frame_times(stream, "v72")
    assert times == frame_times(stream, "v36")
    assert (len(times), times[0]) == (750, 0)
    assert joined_times(stream, "v72", tmp_path / "joined.mp4") == times
    assert bits(tmp_path / "joined.mp4") == bits(fitting())
    assert {row.segments for row in stream.renditions.filter(kind="video")} == {15}
    assert "RESOLUTION=128x72" in master_of(stream)
    assert stream.renditions.get(name="v72").encoder == "copy"


def test_a_source_of_one_rung_is_not_encoded_at_all(owner, settings):
    settings.STREAMING = {**settings.STREAMING, "ladder": ((72, 900),)}
    generation, job = planned(fitting(), owner)
    assert not generation.what_to_make.lead
    assert kinds(job).isdisjoint({ENCODE_CHUNK, ENCODE_LEAD})
    assert Job.objects.get(parent=job, kind=COPY_VIDEO).express
    run_jobs("cpu")
    generation.refresh_from_db()
    assert generation.state == State.GROWING
    stream = finish(job)
    assert len(frame_times(stream, "v72")) == 750
    assert stream.number == 1


def test_extra_codecs_are_encoded_beside_a_copied_rung(owner, settings):
    settings.STREAMING = {**settings.STREAMING, "ladder": ((72, 900),), "extra_codecs": ("hevc",)}
    generation, job = planned(fitting(), owner)
    assert not generation.what_to_make.lead
    stream = finish(job)
    assert (copied(stream), stream.number) == (["v72"], 1)
    assert frame_times(stream, "v72") == frame_times(stream, "v72hevc")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reordered", ("-bf", 2)),
        ("elsewhere", ("-force_key_frames", "0,2.04,4,6,8", "-g", 999, "-keyint_min", 1)),
        ("deep", ("-pix_fmt", "yuv420p10le")),
        ("rich", ("-pix_fmt", "yuv444p")),
        ("bursting", ("-crf", 1, "-vf", "noise=alls=60:allf=t", "-t", 4)),
        ("squeezed72", ("-vf", "setsar=4/3")),
        ("repeating", ("-bsf:v", "dump_extra=freq=keyframe", "-flags", "-global_header")),
        ("open", ("-x264-params", "open-gop=1:keyint=50:bframes=0:intra-refresh=1")),
        ("other", ("-c:v", "mpeg4")),
        ("late72", ("-output_ts_offset", 1)),
        ("uneven", ("-vf", "settb=1/12800,setpts='PTS+if(eq(N,101),150,0)'", "-fps_mode", "vfr", "-enc_time_base", "1/12800")),
        ("wider", ("-s", "130x72")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_encoded(owner, name, options):
    generation, _ = planned(made(name, *options), owner)
    assert copied(generation) == []


@pytest.mark.parametrize("ending", ["mkv", "ts"])
def test_other_containers_are_encoded(owner, ending):
    generation, _ = planned(made("fits", ending=ending), owner)
    assert copied(generation) == []


def test_a_turned_recording_is_encoded(owner):
    path = clips.folder() / "turned.mp4"
    clips.ffmpeg("-display_rotation", "90", "-i", fitting(), "-c", "copy", path)
    generation, _ = planned(path, owner)
    assert copied(generation) == []


def test_what_misses_the_grid_late_is_found_late(owner):
    """The first twenty seconds are as they should be."""
    generation, _ = planned(made("later", "-force_key_frames", "expr:not(mod(n,25))*not(eq(n,700))", "-g", 999), owner)
    assert copied(generation) == []


def test_staff_may_switch_it_off(owner):
    site_settings.set("streaming.stream_copy", value=False, by=None)
    generation, _ = planned(fitting(), owner)
    assert copied(generation) == []


def test_a_file_that_sets_its_decoder_up_anew_is_encoded(owner):
    generation, _ = planned(fitting(), owner)
    asset = generation.item.asset
    assert fits_grid(asset=asset)
    content = bytearray(asset.file.read_bytes())
    at = content.index(b"stsd") + 8
    content[at : at + 4] = (2).to_bytes(4)
    replace_file(asset.file, bytes(content))
    assert not fits_grid(asset=asset)


def test_copies_that_do_not_lie_on_the_grid_after_all_are_encoded_in_as_many_chunks(owner):
    generation, job = planned(fitting(), owner)
    run_jobs("cpu")
    wrong = ChunkOutput.objects.get(generation=generation, rendition__name="v72")
    wrong.segments = wrong.segments[:-1]
    wrong.save()
    stream = finish(job)
    assert (stream.number, copied(stream), stream.what_to_make.chunks) == (2, [], 4)
    assert stream.note.startswith("copy: ")
    assert stream.renditions.get(name="v72").encoder_note.startswith("Encoded, because the source's own pictures")
    assert len(frame_times(stream, "v72")) == 750


def test_a_copy_that_is_cut_elsewhere_says_so_itself(owner):
    generation, job = planned(fitting(), owner)
    asset = generation.item.asset
    other = made("elsewhere", "-force_key_frames", "0,2.04,4,6,8", "-g", 999, "-keyint_min", 1)
    replace_file(asset.file, other.read_bytes())
    run_jobs("cpu")
    result = Job.objects.get(parent=job, kind=COPY_VIDEO).result
    assert (result["fault"], "frames instead of 50" in result["detail"]) == ("copy", True)


def test_a_plan_without_its_copy_is_encoded_by_what_runs_everywhere(owner):
    generation, _ = planned(fitting(), owner)
    plan = generation.what_to_make
    assert plan.without_copy("x").video.rungs[0] == replace(
        plan.video.rungs[0], encoder="libx264", encoder_note="x", copied=False
    )
    assert plan.in_one_chunk().video.rungs[0].encoder == "libx264"
    assert (plan.in_one_chunk().chunks, plan.chunks) == (1, 4)


def test_a_moov_is_found_wherever_it_lies_and_must_be_there(tmp_path):
    moov = read_moov(fitting())
    assert next(top(moov)).kind == "moov"
    assert descriptions(moov, 1) == 1
    with pytest.raises(Malformed):
        descriptions(moov, 9)
    for content in (b"", b"\0\0\0\1mdat" + b"\xff" * 8, b"\0\0\0\x04moov", fitting().read_bytes()[:5000]):
        broken = tmp_path / "broken.mp4"
        broken.write_bytes(content)
        with pytest.raises(Malformed):
            read_moov(broken)
