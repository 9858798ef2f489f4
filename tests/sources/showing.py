"""Brings a source in, runs its jobs, and holds what is published against what was to come of it."""

from fractions import Fraction

import pytest

from apps.accounts.models import User
from apps.catalog.models import Item
from apps.jobs.models import Job
from apps.media.errors import MediaRefused
from apps.media.models import Asset
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file
from tests.jobs.running import run_jobs
from tests.sources.checks import check_published, check_synchronous, check_tells_time, flashes, onsets
from tests.sources.kinds import Plays, Refused, Source
from tests.sources.stranger import Master, decode

# Small pictures in three sizes, segments of a second, chunks of two: much happens in a short clip.
SMALL = {
    "segment_s": 1,
    "chunk_s": 2,
    "one_chunk_below_s": 0,
    "preset": "ultrafast",
    "stream_copy": False,
    "ladder": ((180, 300), (90, 150), (72, 100)),
}


def show(source: Source, owner: User, settings) -> None:
    """Publishes the source, or has it refused, and checks all that is claimed of it."""
    settings.STREAMING = {**SMALL, **source.settings}
    if isinstance(source.outcome, Refused):
        check_refused(source, source.outcome, owner)
    else:
        check_plays(publish(source, owner), source.outcome)


def check_refused(source: Source, outcome: Refused, owner: User) -> None:
    with pytest.raises(MediaRefused) as caught:
        ingest_file(path=source.path(), title="", owner=owner)
    assert (caught.value.code, str(caught.value)) == (outcome.code, outcome.sentence.format(name=source.path().name))
    assert not Item.objects.exists()
    assert not Asset.objects.exists()
    assert not Job.objects.exists()


def publish(source: Source, owner: User) -> Generation:
    item, job = ingest_file(path=source.path(), title="", owner=owner)
    run_jobs()
    return published(item, job)


def published(item: Item, job: Job) -> Generation:
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.staff_error)
    item.refresh_from_db()
    assert (item.state, item.trouble) == ("ready", "")
    return Generation.objects.published().get(item=item)


def check_plays(generation: Generation, outcome: Plays) -> None:
    master = Master(generation.folder)
    rate = Fraction(outcome.rate) if outcome.rate else None
    check_published(master, rate)
    assert {sound.name for sound in master.sounds} == set(outcome.sounds)
    seen, heard = decode(master.pictures, master.sounds)
    assert {len(one) for one in seen.values()} <= set(_range(outcome.frames))
    assert bool(seen) == bool(outcome.frames)
    if rate:
        assert outcome.size in {one["RESOLUTION"] for one in master.variants.values() if "RESOLUTION" in one}
    if outcome.chunks is not None:
        assert generation.what_to_make.chunks == outcome.chunks
    if outcome.duration_s is not None:
        assert generation.item.duration_ms == pytest.approx(outcome.duration_s * 1000, abs=60)
    for brightness in seen.values():
        if outcome.tells_time:
            check_tells_time(brightness, rate)
        if outcome.synchronous:
            check_synchronous(flashes(brightness, rate), onsets(heard[outcome.sounds[0]]), rate)


def _range(frames: int | tuple[int, int]) -> range:
    fewest, most = frames if isinstance(frames, tuple) else (frames, frames)
    return range(fewest, most + 1)
