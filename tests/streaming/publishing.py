"""Publications of real files, run step by step."""

from pathlib import Path

from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file
from tests.jobs.running import run_jobs


def planned(path: Path, owner) -> tuple[Generation, Job]:
    """A file that was taken in and planned, before anything is encoded."""
    item, job = ingest_file(path=path, title="", owner=owner)
    run_jobs("default")
    return Generation.objects.get(item=item), job


def finish(job: Job) -> Generation:
    """Does all there is to do; the publication must have succeeded."""
    run_jobs()
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED, (job.error_message, job.staff_error)
    return Generation.objects.published().get()
