"""The disk is full: people read a sentence, staff the cause, and the work waits for room instead of dying."""

import socket
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db.models.functions import Now

from apps.catalog.enums import State as ItemState
from apps.core import site_settings
from apps.jobs.enums import State
from apps.jobs.models import Alert, Job, JobEvent
from apps.jobs.services.retry import retry
from apps.media.room import KEEP_FREE
from apps.streaming.models import ChunkOutput, Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db
SENTENCE = "The disk of this site is full: there is no room to go on."


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


@pytest.fixture
def full(moderator):
    """From here on more is to be kept free than there is; what is called makes room."""
    site_settings.set(KEEP_FREE, 1_000_000_000, by=moderator)
    return lambda: site_settings.set(KEEP_FREE, 0, by=moderator)


def again():
    """The pauses before the next tries are over."""
    Job.objects.filter(state=State.QUEUED).update(run_after=Now())


def parts(job):
    return job.children.filter(kind="streaming.encode_chunk")


def test_work_waits_for_room_and_everybody_is_told_what_concerns_them(owner, stranger, client, full):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    run_jobs()
    part = parts(job).get()
    assert (part.state, part.error_code, part.error_message) == (State.QUEUED, "disk_full", SENTENCE)
    assert "MB are kept free" in part.staff_error
    assert part.events.filter(type="retrying", detail__code="disk_full").exists()
    alert = Alert.objects.get(event="disk.full")
    assert (alert.subject, str(site.WORK_DIR) in alert.details["where"]) == (socket.gethostname(), True)
    for person, told in ((owner, True), (stranger, False)):
        client.force_login(person)
        assert (SENTENCE in client.get(item.get_absolute_url()).content.decode()) is told
    client.force_login(owner)
    assert SENTENCE in client.get(f"/jobs/{job.pk}/").content.decode()
    assert not list(Path(site.WORK_DIR, str(part.pk)).glob("*"))
    assert not ChunkOutput.objects.exists()


def test_it_goes_on_by_itself_when_there_is_room(owner, client, full):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    run_jobs()
    full()
    again()
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.note) == (State.SUCCEEDED, "")
    assert (parts(job).get().attempt, parts(job).get().error_message) == (2, "")
    assert Generation.objects.published().get(item=item).number == 1


def test_after_the_last_try_the_item_says_why_and_can_be_tried_again(owner, full):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    for _ in range(4):
        run_jobs()
        again()
    run_jobs()
    job.refresh_from_db()
    item.refresh_from_db()
    assert (job.state, job.error_code, job.error_message) == (State.FAILED, "disk_full", SENTENCE)
    assert (item.state, item.trouble) == (ItemState.FAILED, SENTENCE)
    assert max(job.children.values_list("attempt", flat=True)) == 4
    full()
    retry(job_id=job.pk)
    run_jobs()
    item.refresh_from_db()
    assert item.state == ItemState.READY
    assert item.asset.file.exists()


def test_a_playlist_that_cannot_be_written_costs_one_try_and_nothing_that_is_listed(owner):
    item, job = ingest_file(path=clips.clip("short"), title="", owner=owner)
    run_jobs("default")
    folder = next(iter(Generation.objects.get(item=item).renditions.filter(kind="video"))).folder
    folder.mkdir(parents=True)
    (folder / ".playlist.m3u8.part").symlink_to("/dev/full")
    run_jobs("cpu")
    assert JobEvent.objects.filter(type="retrying", detail__code="disk_full").exists()
    assert not [path for path in folder.parent.rglob("*") if path.name.endswith(".part")]
    again()
    run_jobs()
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    assert (folder / "playlist.m3u8").read_text().endswith("#EXT-X-ENDLIST\n")
