"""What becomes of a publication whose FFmpeg misbehaves: bounded, kept for staff, and told to people in one sentence."""

import os
import stat
from pathlib import Path

import pytest

from apps.catalog.models import Item
from apps.jobs.models import Job
from apps.streaming.services.ingest import ingest_file
from apps.streaming.work import PUBLISH
from tests import clips
from tests.jobs.running import run_jobs

NOISE = "secret path of the machine"


@pytest.fixture
def item(owner, settings) -> Item:
    settings.STREAMING = {"preset": "ultrafast"}
    return ingest_file(path=clips.clip("short"), title="Evening", owner=owner)[0]


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Puts a shell script in FFmpeg's place."""

    def put(script: str) -> None:
        path = Path(tmp_path, "ffmpeg")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("FFMPEG_PATH", str(path))

    return put


def failed(item: Item) -> Job:
    """The publication, which has ended with a sentence; the source is still there."""
    run_jobs()
    item.refresh_from_db()
    job = Job.objects.get(kind=PUBLISH)
    assert (job.state, item.state) == ("failed", "failed")
    assert item.trouble == job.error_message
    assert item.trouble.endswith(".")
    assert item.asset.file.exists()
    assert not list(item.asset.file.parents[2].rglob("*.m4s"))
    return job


def test_the_end_of_a_long_complaint_is_kept_for_staff_alone(item, owner, moderator, program, client):
    program(f"yes '{NOISE}' | head -c 300000 >&2; echo the very end >&2; exit 1")
    job = failed(item)
    assert len(job.staff_error) <= 64 * 1024
    assert NOISE in job.staff_error
    assert job.staff_error.endswith("the very end\n")
    assert NOISE not in job.error_message
    client.force_login(owner)
    for address in (f"/api/v1/jobs/{job.pk}/", f"/api/v1/items/{item.pk}/", item.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == 200
        assert NOISE not in answer.content.decode()
        assert job.error_message in answer.content.decode()
    client.force_login(moderator)
    assert NOISE in client.get(f"/api/v1/jobs/{job.pk}/").content.decode()


def test_an_encoder_without_progress_is_stopped(item, settings, program):
    settings.MEDIA_LIMITS = {"stall_s": 0.6}
    program("echo frame=0; echo progress=continue; exec sleep 60")
    assert "no progress" in failed(item).staff_error
    assert not still_asleep()


def test_an_encoder_that_stands_still_while_it_talks_is_stopped_too(item, settings, program):
    settings.MEDIA_LIMITS = {"stall_s": 0.6}
    program("while :; do echo frame=7; echo progress=continue; sleep 0.1; done")
    assert "no progress" in failed(item).staff_error


def test_an_encoder_that_takes_for_ever_is_stopped(item, monkeypatch, program):
    monkeypatch.setattr("apps.streaming.services.encode._LEAST_WALL_S", 0.6)
    monkeypatch.setattr("apps.streaming.services.encode._WALL_PER_SECOND", 0.1)
    program("n=0; while :; do n=$((n + 1)); echo frame=$n; echo progress=continue; sleep 0.1; done")
    assert "not done after" in failed(item).staff_error


def still_asleep() -> bool:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return any(b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children)
