"""A worker that moves a stream is killed in the middle: nothing is lost, and the next one goes on."""

import subprocess
import sys
import threading

import pytest
from django.conf import settings as django_settings
from django.db.models.functions import Now

from apps.jobs.models import Job
from apps.jobs.services.recover import expired_ids, recover
from apps.media.enums import Place
from apps.streaming.services.move import move_generation
from tests.jobs.running import run_jobs
from tests.serving import ROOT, environment
from tests.streaming.making import make_full_stream


@pytest.mark.django_db(transaction=True)
def test_a_killed_move_leaves_everything_usable_and_is_finished_by_the_next_attempt(s3_known, owner, s3_variables):
    generation = make_full_stream(owner)
    before = {path for path in django_settings.MEDIA_ROOT.rglob("*") if path.is_file()}
    move_generation(generation=generation, to=Place.S3)
    reached, go_on = threading.Event(), threading.Event()

    def hold(method: str, path: str, query: str) -> bool:
        """Keeps S3 from answering once a few files are there."""
        if method == "PUT" and "seg_" in path:
            reached.set()
            go_on.wait(30)
        return False

    s3_known.fail(500, "never", when=hold)
    line = [sys.executable, "manage.py", "work", "--queue", "io", "--once"]
    worker = subprocess.Popen(line, cwd=ROOT, env=environment(**s3_variables))
    try:
        assert reached.wait(60)
    finally:
        worker.kill()
        worker.wait()
        go_on.set()
    s3_known.reset_failures()
    generation.refresh_from_db()
    assert (generation.storage, generation.other_copy) == (Place.LOCAL, True)
    assert {path for path in django_settings.MEDIA_ROOT.rglob("*") if path.is_file()} == before
    Job.objects.update(lease_until=Now())
    for job_id in expired_ids():
        recover(job_id)
    run_jobs()
    generation.refresh_from_db()
    assert generation.storage == Place.S3
    assert Job.objects.get().attempt == 2
    there = {f"{generation.prefix}{path.relative_to(generation.folder)}" for path in generation.folder.rglob("*.*")}
    assert set(s3_known.names()) == there
