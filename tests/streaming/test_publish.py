from itertools import pairwise
from pathlib import Path

import pytest

from apps.catalog.access import viewer_of
from apps.catalog.enums import State as ItemState
from apps.catalog.services.trash import restore_item, trash_item
from apps.jobs.enums import State as JobState
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry
from apps.media.models import Asset
from apps.streaming.enums import State
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs
from tests.streaming.reading import frame_times, joined_times, master_of, sound_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _chunks_of_eight_seconds(settings):
    settings.STREAMING = {"chunk_s": 8, "preset": "ultrafast"}


def publish(path: Path, owner) -> Generation:
    item, job = ingest_file(path=path, title="", owner=owner)
    run_jobs()
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.error_message, job.staff_error)
    item.refresh_from_db()
    assert item.state == ItemState.READY
    return Generation.objects.published().get(item=item)


def steps(times: list[float], ticks_per_second: int) -> set[int]:
    return {round((after - before) * ticks_per_second) for before, after in pairwise(times)}


def test_a_clip_cut_into_chunks_has_every_frame_at_its_time(owner, tmp_path):
    generation = publish(clips.clip("film"), owner)
    assert generation.what_to_make.chunks == 4
    times = frame_times(generation, "v360")
    assert len(times) == 900
    assert times[0] == 0
    assert steps(times, 30_000) == {1001}
    assert joined_times(generation, "v360", tmp_path / "joined.mp4") == times


@pytest.mark.parametrize(
    ("name", "frames", "rate", "chunks"), [("cut25", 750, 25, 4), ("cut5994", 1559, 60_000 / 1001, 3)]
)
def test_other_rates_are_cut_without_a_seam(owner, name, frames, rate, chunks):
    generation = publish(clips.clip(name), owner)
    assert generation.what_to_make.chunks == chunks
    times = frame_times(generation, generation.what_to_make.video.rungs[0].name)
    assert (len(times), times[0]) == (frames, 0)
    assert all(abs(time - number / rate) < 1e-4 for number, time in enumerate(times))


@pytest.mark.parametrize(("name", "held_back"), [("divx", 1), ("avi264", 2)])
def test_a_container_that_tells_decoding_times_alone_loses_no_frame(owner, name, held_back):
    """AVI with B-frames: the first picture is shown as many frames late as the decoder holds back."""
    times = frame_times(publish(clips.clip(name), owner), "v360")
    assert (len(times), times[0]) == (750 + held_back, 0)
    assert steps(times, 25) == {1}


def test_the_same_source_gives_the_same_times_in_chunks_and_in_one_piece(owner, settings):
    in_chunks = publish(clips.clip("cut25"), owner)
    settings.STREAMING = {"preset": "ultrafast"}
    in_one = publish(clips.clip("cut25"), owner)
    assert (in_chunks.what_to_make.chunks, in_one.what_to_make.chunks) == (4, 1)
    assert frame_times(in_chunks, "v360") == frame_times(in_one, "v360")
    names = [sorted(path.name for path in (g.folder / "v360").iterdir()) for g in (in_chunks, in_one)]
    assert names[0] == names[1]
    inits = [(g.folder / "v360" / "init.mp4").read_bytes() for g in (in_chunks, in_one)]
    assert inits[0] == inits[1]


def test_odd_sizes_become_even_and_never_larger(owner):
    generation = publish(clips.clip("odd"), owner)
    assert "RESOLUTION=130x74" in master_of(generation)


def test_a_turned_recording_is_shown_upright(owner):
    generation = publish(clips.portrait(), owner)
    assert "RESOLUTION=180x320" in master_of(generation)


def test_pictures_without_sound_have_no_sound_group(owner):
    master = master_of(publish(clips.clip("silent"), owner))
    assert "AUDIO" not in master
    assert 'CODECS="avc1.' in master


def test_sound_alone_is_the_one_variant(owner):
    generation = publish(clips.clip("sound"), owner)
    master = master_of(generation)
    assert 'CODECS="mp4a.40.2"' in master
    assert "a128/playlist.m3u8" in master
    assert "RESOLUTION" not in master
    assert generation.item.kind == "track"


def test_a_source_that_starts_late_is_shown_from_zero(owner):
    generation = publish(clips.clip("late"), owner)
    times = frame_times(generation, "v360")
    assert times[0] == 0
    assert steps(times, 25) == {1}
    assert 650 <= len(times) <= 652


def test_a_variable_rate_becomes_constant(owner):
    generation = publish(clips.clip("vfr"), owner)
    assert generation.what_to_make.video.rate.num == 30
    times = frame_times(generation, "v360")
    assert steps(times, 30) == {1}
    assert abs(len(times) - 900) <= 2


@pytest.mark.parametrize(
    ("name", "frames", "size"),
    [
        ("hdr", 50, "128x72"),
        ("interlaced", 50, "128x72"),
        ("surround", 50, "128x72"),
        ("one_fps", 9, "128x72"),
        ("squeezed", 50, "524x288"),
    ],
)
def test_unusual_sources_are_made_usual(owner, name, frames, size):
    generation = publish(clips.clip(name), owner)
    times = frame_times(generation, generation.what_to_make.video.rungs[0].name)
    assert (len(times), times[0]) == (frames, 0)
    assert f"RESOLUTION={size}," in master_of(generation)


def test_a_picture_that_stands_for_longer_than_a_chunk_is_in_every_chunk(owner, settings):
    settings.STREAMING = {"chunk_s": 4, "preset": "ultrafast"}
    generation = publish(clips.clip("slides"), owner)
    assert generation.number == 1
    assert generation.what_to_make.chunks > 4
    times = frame_times(generation, "v360")
    assert times[0] == 0
    assert len(steps(times, 1000)) == 1


def test_sound_stays_in_step_with_the_picture(owner):
    samples = sound_of(publish(clips.clip("beep"), owner), "a128")
    onset = next(number for number, value in enumerate(samples) if abs(value) > 3000)
    assert onset / 48_000 == pytest.approx(1, abs=0.004)


def test_chunks_that_do_not_fit_together_are_made_again_in_one_piece(owner):
    item, job = ingest_file(path=clips.clip("cut25"), title="", owner=owner)
    run_jobs("default")
    run_jobs("cpu")
    wrong = ChunkOutput.objects.get(rendition__name="v360", index=1)
    wrong.segments = wrong.segments[:-1]
    wrong.save()
    run_jobs()
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.staff_error
    first, second = Generation.objects.filter(item=item).order_by("number")
    assert (first.state, second.state, second.what_to_make.chunks) == (State.FAILED, State.PUBLISHED, 1)
    assert "gap" in second.note
    assert len(frame_times(second, "v360")) == 750


def test_a_failed_publication_can_be_tried_again(owner):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    hidden = item.asset.file.rename(item.asset.file.with_suffix(".away"))
    run_jobs()
    item.refresh_from_db()
    assert item.state == ItemState.FAILED
    hidden.rename(item.asset.file)
    retry(job_id=job.pk)
    run_jobs()
    item.refresh_from_db()
    assert (item.state, item.trouble) == (ItemState.READY, "")
    assert [row.state for row in Generation.objects.order_by("number")] == [State.FAILED, State.PUBLISHED]


def test_a_master_tells_measured_rates_and_real_codecs(owner):
    generation = publish(clips.clip("short"), owner)
    rendition = generation.renditions.get(name="v360")
    sound = generation.renditions.get(name="a128")
    size = sum(path.stat().st_size for path in rendition.folder.glob("*.m4s"))
    assert rendition.size_bytes == size
    assert rendition.average_bandwidth == pytest.approx(size * 8 / 3, rel=0.01)
    master = master_of(generation)
    assert f"BANDWIDTH={rendition.bandwidth + sound.bandwidth}," in master
    assert f'CODECS="{rendition.codecs},mp4a.40.2"' in master
    assert "FRAME-RATE=25.000" in master


def test_finished_chunks_are_not_made_again(owner):
    item, _ = ingest_file(path=clips.clip("cut25"), title="", owner=owner)
    run_jobs("default")
    run_jobs("cpu")
    made = {row.pk: row.created_at for row in ChunkOutput.objects.filter(generation__item=item)}
    files = {path: path.stat().st_mtime_ns for path in (Generation.objects.get(item=item).folder).rglob("*.m4s")}
    run_jobs()
    assert {row.pk: row.created_at for row in ChunkOutput.objects.all()} == made
    assert {path: path.stat().st_mtime_ns for path in files} == files


def test_a_cancelled_publication_leaves_the_source_and_nothing_half_done(owner, django_capture_on_commit_callbacks):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    run_jobs("default")
    generation = Generation.objects.get(item=item)
    generation.folder.mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(job_id=job.pk, by=owner)
    run_jobs()
    item.refresh_from_db()
    generation.refresh_from_db()
    assert (item.state, generation.state) == (ItemState.FAILED, State.FAILED)
    assert item.trouble
    assert not generation.folder.exists()
    assert Asset.objects.get(pk=item.asset_id).file.exists()


def test_nothing_is_encoded_for_the_trash(owner, django_capture_on_commit_callbacks):
    item, job = ingest_file(path=clips.clip("cut25"), title="", owner=owner)
    run_jobs("default")
    with django_capture_on_commit_callbacks(execute=True):
        trash_item(item=item, viewer=viewer_of(owner))
    assert run_jobs("default", "cpu") == 0
    job.refresh_from_db()
    item.refresh_from_db()
    assert (job.state, item.state, item.trouble) == (
        JobState.CANCELLED,
        ItemState.FAILED,
        "Preparing this was cancelled.",
    )
    restore_item(item=item, viewer=viewer_of(owner))
    retry(job_id=job.pk)
    run_jobs()
    item.refresh_from_db()
    assert item.state == ItemState.READY
