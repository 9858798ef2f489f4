"""Nothing incomplete is ever announced as complete, at no moment of an encode."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.core.errors import Conflict
from apps.jobs.models import Job
from apps.streaming.enums import Offer, State
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.again import encode_again
from apps.streaming.services.ingest import ingest_file
from apps.streaming.services.sessions import open_playback
from apps.streaming.work import ENCODE_LEAD
from tests import clips
from tests.jobs.running import one_by_one, run_jobs
from tests.sources.checks import mean, peak
from tests.sources.everything import named
from tests.sources.killing import killed_once
from tests.sources.showing import SMALL, check_plays, published
from tests.sources.stranger import Master
from tests.sources.watching import Watch, watching

SLOW = {"preset": "veryslow", "one_chunk_below_s": 60, "ladder": ((720, 2000),), "lead_wall_s": 60}


@pytest.fixture(autouse=True)
def _small(settings):
    settings.STREAMING = SMALL


@pytest.fixture
def streams(settings) -> Path:
    return Path(settings.MEDIA_ROOT) / "streams"


def bring(name: str, owner):
    return ingest_file(path=named(name).path(), title="", owner=owner)


def variants(master: str) -> list[str]:
    return sorted(set(re.findall(r"([a-z0-9]+)/playlist\.m3u8", master)))


def test_at_no_moment_is_anything_listed_that_is_not_there(owner, streams):
    item, job = bring("ntsc_fast", owner)
    with watching(streams) as watch:
        for _ in one_by_one():
            watch.look()
    generation = published(item, job)
    grown = watch.lists[generation.folder / "v72" / "playlist.m3u8"]
    assert len(grown) > 1
    assert grown[-1] == [f"seg_{number:05d}.m4s" for number in range(1, 7)]
    check_plays(generation, named("ntsc_fast").outcome)


def test_the_first_master_lists_what_plays_the_second_all_and_the_last_what_was_measured(owner, streams):
    item, job = bring("pal", owner)
    offers, watch = [], Watch(streams)
    for _ in one_by_one():
        watch.look()
        offers += Generation.objects.filter(item=item).values_list("offer", flat=True)
    (masters,) = watch.masters.values()
    first, second, last = masters
    assert variants(first) == ["a128", "v72"]
    assert variants(second) == variants(last) == ["a128", "v180", "v72", "v90"]
    assert f"BANDWIDTH={(100 + 128) * 1000}," in first
    assert f"BANDWIDTH={(150 + 128) * 1000}," in second
    assert all("#EXT-X-START:TIME-OFFSET=0" in text for text in (first, second))
    assert sorted(set(offers)) == [Offer.NOTHING, Offer.LEAD, Offer.ALL]
    assert offers == sorted(offers)
    measured = Master(published(item, job).folder)
    sound = measured.sounds[0]
    for picture in measured.pictures:
        marks = measured.variants[picture.name]
        assert int(marks["BANDWIDTH"]) == peak(picture) + peak(sound)
        assert int(marks["AVERAGE-BANDWIDTH"]) == mean(picture) + mean(sound)


def test_music_grows_too(owner, streams):
    item, job = ingest_file(path=clips.clip("sound"), title="", owner=owner)
    with watching(streams) as watch:
        run_jobs()
    generation = published(item, job)
    assert generation.watchable_at < generation.published_at
    assert variants(watch.masters[generation.folder / "master.m3u8"][-1]) == ["a128", "a256", "a64"]


def test_the_express_turn_ends_and_others_go_on_where_it_stopped(owner, streams, settings):
    settings.STREAMING = {**SMALL, **SLOW, "lead_wall_s": 0}
    item, job = ingest_file(path=clips.clip("busy"), title="", owner=owner)
    with watching(streams):
        for _ in one_by_one():
            if Job.objects.get(kind=ENCODE_LEAD).state == "succeeded":
                break
        (begun,) = ChunkOutput.objects.filter(rendition__name="v720")
        assert begun.segments
        run_jobs()
    assert published(item, job).number == 1
    begun.refresh_from_db()
    assert (begun.complete, sum(segment["samples"] for segment in begun.segments)) == (True, 400)


def test_segments_that_were_listed_stay_as_they_are_when_an_encoder_is_killed(owner, streams, settings):
    """The first seconds are killed after something was listed, and so is the chunk that goes on after them."""
    settings.STREAMING = {**SMALL, **SLOW}
    item, job = ingest_file(path=clips.clip("busy"), title="", owner=owner)

    def listed(least: int) -> bool:
        return any(path.read_text().count("#EXTINF") >= least for path in streams.glob("*/g1/v720/playlist.m3u8"))

    with watching(streams):
        with killed_once(lambda: listed(1)) as lead:
            for _ in one_by_one():
                if Job.objects.get(kind=ENCODE_LEAD).state == "succeeded":
                    break
        kept = ChunkOutput.objects.get(rendition__name="v720")
        before = len(kept.segments)
        assert lead
        assert not kept.complete
        with killed_once(lambda: listed(before + 1)) as chunk:
            run_jobs()
        assert chunk
        Job.objects.filter(state="queued").update(run_after=timezone.now())
        run_jobs()
    assert published(item, job).number == 1
    kept.refresh_from_db()
    assert (kept.complete, sum(segment["samples"] for segment in kept.segments)) == (True, 400)


def test_what_is_encoded_again_is_not_shown_before_it_is_whole(owner, streams, member):
    item, job = bring("pal", owner)
    run_jobs()
    published(item, job)
    encode_again(item=item)
    for _ in one_by_one():
        item.refresh_from_db()
        newest = Generation.objects.filter(item=item).latest("number")
        assert item.state == "ready"
        assert newest.state in {State.PUBLISHED, State.ENCODING}
        playing = open_playback(item=item, viewer=viewer_of(owner), key="k").generation.number
        assert playing == Generation.objects.published().get(item=item).number
        if newest.state == State.ENCODING:
            assert not list(newest.folder.rglob("*.m3u8"))
    assert Generation.objects.published().get(item=item).number == 2


def test_a_generation_that_grew_and_failed_makes_room_for_the_next(owner, streams):
    item, job = bring("pal", owner)
    with watching(streams) as watch:
        run_jobs("default")
        run_jobs("cpu")
        first = Generation.objects.get(item=item)
        assert first.state == State.GROWING
        wrong = ChunkOutput.objects.get(rendition__name="v72", index=1)
        wrong.segments = wrong.segments[:-1]
        wrong.save()
        states = []
        for _ in one_by_one():
            item.refresh_from_db()
            states.append(item.state)
            if item.state in {"growing", "ready"}:
                assert open_playback(item=item, viewer=viewer_of(owner), key="k").generation.number == 2
            elif item.state == "preparing":
                with pytest.raises(Conflict):
                    open_playback(item=item, viewer=viewer_of(owner), key="k")
    assert list(dict.fromkeys(states)) == ["preparing", "growing", "ready"]
    assert published(item, job).number == 2
    first.refresh_from_db()
    assert first.state == State.FAILED
    assert not any("#EXT-X-ENDLIST" in path.read_text() for path in first.folder.rglob("v*/playlist.m3u8"))
    assert len(watch.masters) == 2


def test_an_item_that_grew_and_cannot_be_finished_says_so_and_leaves_no_streams(
    owner, streams, django_capture_on_commit_callbacks
):
    item, job = bring("pal", owner)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in one_by_one():
            item.refresh_from_db()
            if item.state == "growing":
                break
        source = item.asset.file
        whole = source.read_bytes()
        source.unlink()  # a hard link: writing into it would damage the clip itself
        source.write_bytes(whole[:5000])
        run_jobs()
    item.refresh_from_db()
    job.refresh_from_db()
    assert (job.state, item.state) == ("failed", "failed")
    assert item.trouble == job.error_message
    assert item.trouble.endswith(".")
    assert not list(streams.rglob("*.m4s"))
    assert source.exists()
    assert not Generation.objects.served().exists()
