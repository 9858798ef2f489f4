"""Keeping what an attempt encoded, when the database goes away in the middle of it."""

import pytest
from django.db import OperationalError, transaction

from apps.jobs.models import Job
from apps.streaming.encode.pictures import pictures_of
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.commit import Attempt, commit_parts
from apps.streaming.services.encode import Watcher, encode_chunk
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


def test_files_that_were_moved_before_the_database_went_away_are_kept_by_the_next_try(owner, settings, tmp_path):
    settings.STREAMING = {"preset": "ultrafast"}
    item, _ = ingest_file(path=clips.clip("short"), title="", owner=owner)
    run_jobs("default")
    generation = Generation.objects.select_related("item__asset").get(item=item)
    rungs = pictures_of(generation.what_to_make).encoded
    parts = encode_chunk(
        generation=generation, rungs=rungs, index=0, folder=tmp_path, watcher=Watcher(), keep=lambda _: None
    )
    job = Job.objects.get(kind="streaming.encode_chunk")
    attempt = Attempt(job_id=job.pk, epoch=1, still_mine=lambda: None)
    with pytest.raises(OperationalError), transaction.atomic():
        commit_parts(generation=generation, index=0, parts=parts, attempt=attempt)
        raise OperationalError("the server closed the connection")
    assert not ChunkOutput.objects.exists()
    assert not list(tmp_path.rglob("*.m4s"))
    commit_parts(generation=generation, index=0, parts=parts, attempt=attempt)
    for row in ChunkOutput.objects.select_related("rendition__generation"):
        assert row.complete
        for segment in row.segments:
            assert (row.rendition.folder / segment["name"]).stat().st_size == segment["size_bytes"]
