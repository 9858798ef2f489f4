"""What happens to a job: steps, parts, retries, cancellation, lost leases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.errors import Conflict
from apps.jobs import attempts
from apps.jobs.claims import claim
from apps.jobs.enums import State
from apps.jobs.errors import LostLease
from apps.jobs.models import Job, JobEvent, JobStep, Turn
from apps.jobs.services import endings, recover
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry
from apps.jobs.services.submit import submit
from apps.jobs.signals import job_ending
from tests.jobs.kinds import FailParams, FamilyParams, NamedParams, NoParams
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


def counts():
    return {
        (turn.queue, turn.owner_key): (turn.queued + turn.queued_express, turn.running) for turn in Turn.objects.all()
    }


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_runs_and_keeps_its_result(owner):
    job = submit(kind="tests.noop", params=NamedParams(name="a"), owner_id=owner.pk)
    assert run_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.attempt) == (State.SUCCEEDED, {"name": "a"}, 1)
    assert list(job.events.order_by("id").values_list("type", flat=True)) == ["submitted", "claimed", "succeeded"]
    assert counts() == {("cpu", owner.pk): (0, 0)}


def test_the_same_key_is_the_same_job(owner):
    first, second = (
        submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk, idempotency_key="once") for _ in range(2)
    )
    assert first.pk == second.pk
    assert run_jobs() == 1


def test_parts_run_and_the_whole_goes_on_with_their_results(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a", "b", "c"]), owner_id=owner.pk)
    assert run_jobs() == 5
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    assert job.result == {"names": ["a", "b", "c"], "first_epoch": 1}
    assert job.lease_epoch == 2
    assert JobStep.objects.filter(job=job).count() == 1


def test_while_it_waits_a_job_holds_no_lease_and_no_turn(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a", "b"]), owner_id=owner.pk)
    assert run_jobs("default") == 1
    job.refresh_from_db()
    assert (job.state, job.lease_until, job.children_open) == (State.WAITING, None, 2)
    assert counts() == {("default", owner.pk): (0, 0), ("cpu", owner.pk): (2, 0)}


def test_one_bad_part_ends_the_whole_with_its_reason_and_cancels_the_rest(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["bad", "b"], bad=["bad"]), owner_id=owner.pk)
    assert run_jobs("default") == 3  # the whole, the bad part, the whole again
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_message) == (State.FAILED, "broken", "It did not work.")
    assert sorted(job.children.values_list("state", flat=True)) == [State.CANCELLED, State.FAILED]
    assert set(counts().values()) == {(0, 0)}


def test_trying_again_keeps_what_was_finished(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a", "bad"], bad=["bad"]), owner_id=owner.pk)
    run_jobs("default", "cpu")
    finished = job.children.get(state=State.SUCCEEDED) if job.children.filter(state=State.SUCCEEDED) else None
    Job.objects.filter(parent=job, kind="tests.fail").update(kind="tests.noop", queue="cpu", params={"name": "mended"})
    retry(job_id=job.pk)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.result["names"]) == (State.SUCCEEDED, ["a", "mended"])
    if finished:
        assert Job.objects.get(pk=finished.pk).lease_epoch == finished.lease_epoch


def test_a_failure_that_may_pass_is_tried_four_times_with_pauses(owner):
    job = submit(kind="tests.fail", params=FailParams(retryable=True), owner_id=owner.pk)
    pauses = []
    while run_jobs():
        job.refresh_from_db()
        if job.state == State.QUEUED:
            pauses.append((job.run_after - timezone.now()).total_seconds())
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    assert (job.state, job.attempt, job.staff_error) == (State.FAILED, 4, "line 42")
    assert [base * 0.7 < pause < base * 1.3 for base, pause in zip((10, 60, 300), pauses, strict=True)] == [True] * 3


def test_a_failure_that_nobody_foresaw_shows_people_a_sentence_and_staff_the_trace(owner):
    job = submit(kind="tests.crash", params=NoParams(), owner_id=owner.pk)
    run_jobs()
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert "ZeroDivisionError" in job.staff_error
    assert "division" not in job.error_message


def test_an_old_attempt_changes_nothing(owner):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk)
    old = claim("cpu", worker="old")
    expire(job)
    assert recover.recover(job.pk) == State.QUEUED
    new = claim("cpu", worker="new")
    with pytest.raises(LostLease):
        endings.succeed(old, {"by": "old"})
    endings.succeed(new, {"by": "new"})
    with pytest.raises(LostLease):
        endings.fail_or_retry(old, attempts.JobError("late", "Late.", retryable=True))
    job.refresh_from_db()
    assert (job.state, job.result, new.epoch) == (State.SUCCEEDED, {"by": "new"}, 2)


def test_a_claim_that_the_database_forgot_changes_nothing(owner):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk)
    forgotten = claim("cpu", worker="same")
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED, lease_until=None, lease_epoch=0, attempt=0, worker="")
    new = claim("cpu", worker="same")
    assert new.epoch == forgotten.epoch
    assert attempts.work_folder(new) != attempts.work_folder(forgotten)
    with pytest.raises(LostLease):
        endings.succeed(forgotten, {"by": "forgotten"})
    endings.succeed(new, {"by": "new"})
    job.refresh_from_db()
    assert job.result == {"by": "new"}


def test_a_job_whose_worker_dies_every_time_is_given_up_and_visible(owner):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk)
    for _ in range(4):
        assert claim("cpu", worker="w") is not None
        expire(job)
        last = recover.recover(job.pk)
    job.refresh_from_db()
    assert (last, job.state, job.error_code) == (State.FAILED, State.FAILED, "worker_lost")
    assert claim("cpu", worker="w") is None


def test_a_renewed_lease_is_not_taken_back(owner):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk)
    claim("cpu", worker="w")
    assert recover.recover(job.pk) is None


def test_cancelling_the_whole_cancels_what_waits_and_tells_what_runs(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a", "b", "c"]), owner_id=owner.pk)
    run_jobs("default")
    running = claim("cpu", worker="w")
    cancel(job_id=job.pk, by=owner)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert sorted(job.children.values_list("state", flat=True)) == ["cancelled", "cancelled", "running"]
    assert Job.objects.get(pk=running.id).cancel_requested_at is not None
    expire(Job.objects.get(pk=running.id))
    assert recover.recover(running.id) == State.CANCELLED
    assert set(counts().values()) == {(0, 0)}
    with pytest.raises(Conflict):
        cancel(job_id=job.pk)


def test_what_hangs_on_the_end_can_undo_it(owner):
    def refuse(**_):
        raise RuntimeError("the hold could not be captured")

    job = submit(kind="tests.noop", params=NamedParams(), owner_id=owner.pk)
    found = claim("cpu", worker="w")
    job_ending.connect(refuse, weak=False, dispatch_uid="refuse")
    try:
        with pytest.raises(RuntimeError):
            endings.succeed(found, {})
    finally:
        job_ending.disconnect(dispatch_uid="refuse")
    job.refresh_from_db()
    assert job.state == State.RUNNING


def test_history_tells_the_whole_story(owner):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a"]), owner_id=owner.pk)
    run_jobs()
    told = JobEvent.objects.filter(job=job).order_by("id").values_list("type", flat=True)
    assert list(told) == ["submitted", "claimed", "waiting", "claimed", "succeeded"]


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_soon_after_it_was_cancelled(owner, monkeypatch):
    monkeypatch.setattr("apps.jobs.conf.WATCH_S", 0.05)
    monkeypatch.setattr("tests.jobs.kinds.time.sleep", _cancelling_sleep(owner))
    job = submit(kind="tests.patient", params=NoParams(), owner_id=owner.pk)
    run_jobs()
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.progress_done < 600


def _cancelling_sleep(owner):
    import time

    sleep = time.sleep
    asked = []

    def nap(seconds):
        if not asked:
            asked.append(cancel(job_id=Job.objects.get(kind="tests.patient").pk, by=owner))
        sleep(seconds)

    return nap
