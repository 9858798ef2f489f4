"""The same checks where a publication did not go straight on."""

from apps.streaming.enums import State
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.ingest import ingest_file
from tests.jobs.running import run_jobs
from tests.sources.everything import named
from tests.sources.kinds import Plays
from tests.sources.showing import SMALL, check_plays, published


def test_what_fell_back_to_one_chunk_is_whole_and_in_step(owner, settings):
    settings.STREAMING = SMALL
    source = named("ntsc")
    item, job = ingest_file(path=source.path(), title="", owner=owner)
    run_jobs("default")
    run_jobs("cpu")
    wrong = ChunkOutput.objects.get(rendition__name="v180", index=1)
    wrong.segments = wrong.segments[:-1]
    wrong.save()
    run_jobs()
    generation = published(item, job)
    assert [row.state for row in Generation.objects.order_by("number")] == [State.FAILED, State.PUBLISHED]
    check_plays(generation, Plays(156, "30000/1001", chunks=1, tells_time=True, synchronous=True))


def test_a_rung_that_was_copied_is_cut_like_the_others(owner, settings):
    """Packets of the source stand beside encoded rungs: a player may go from one to the other at any segment."""
    settings.STREAMING = {**SMALL, "stream_copy": True}
    source = named("on_the_grid")
    item, job = ingest_file(path=source.path(), title="", owner=owner)
    run_jobs()
    generation = published(item, job)
    assert generation.what_to_make.copied
    check_plays(generation, source.outcome)


def test_sound_that_is_cut_off_is_not_published(owner, settings):
    """A track that ends too early is made again, and if that does not help nothing is announced."""
    settings.STREAMING = SMALL
    item, job = ingest_file(path=named("pal").path(), title="", owner=owner)
    run_jobs("default")
    run_jobs("cpu")
    sound = ChunkOutput.objects.get(rendition__name="a128")
    sound.segments = sound.segments[:-2]
    sound.save()
    run_jobs()
    generation = published(item, job)
    assert generation.number == 2
    assert "sound: a128 plays" in generation.note
