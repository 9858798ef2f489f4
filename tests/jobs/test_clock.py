"""Machines whose clocks are five minutes wrong: what decides about work is the database's clock alone."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.core import vitals
from apps.core.clock import ahead_s, database_now
from apps.core.realtime.hub import publish
from apps.core.realtime.models import Event
from apps.jobs import conf, sweeper
from apps.jobs.claims import claim, claimable_for
from apps.jobs.enums import State
from apps.jobs.models import Alert, Job, JobEvent, SlotLease, Worker
from apps.jobs.presence import hosts_serving
from apps.jobs.services import recover, slots
from apps.jobs.services.submit import submit
from apps.jobs.steward import Steward
from apps.jobs.watch import Watch
from tests.jobs.kinds import FailParams, FamilyParams, NamedParams
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db
LITTLE = timedelta(minutes=1)  # more than any of these tests takes


@pytest.fixture(params=(300, -300), ids=("ahead", "behind"))
def wrong_clock(request, monkeypatch):
    """From here on this process believes in another time. PostgreSQL does not."""
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=request.param))
    return request.param


def is_now(instant):
    return abs(instant - database_now()) < LITTLE


def test_a_wrong_clock_is_noticed(wrong_clock):
    assert round(ahead_s()) == pytest.approx(wrong_clock, abs=30)
    word = "ahead of" if wrong_clock > 0 else "behind"
    assert word in vitals.check_clock()
    Steward(name="cpu@wrong", queues=["cpu"], slots=1)._report()
    assert Alert.objects.get(event="worker.clock_wrong").subject == "cpu@wrong"


def test_no_job_is_taken_from_a_worker_that_lives(wrong_clock):
    job = submit(kind="tests.noop", params=NamedParams())
    taken = claim("cpu", worker="here:1")
    assert sweeper.sweep() == 0
    assert recover.recover(job.pk) is None
    assert Watch(taken)._renew()
    job.refresh_from_db()
    assert job.state == State.RUNNING
    assert abs(job.lease_until - database_now() - conf.LEASE) < LITTLE
    assert recover.expired_ids() == []


def test_a_silent_worker_is_missed_in_time(wrong_clock):
    job = submit(kind="tests.noop", params=NamedParams())
    claim("cpu", worker="here:1")
    Job.objects.filter(pk=job.pk).update(lease_until=database_now() - timedelta(seconds=1))
    assert sweeper.sweep() == 1
    assert run_jobs() == 1


def test_what_is_handed_in_can_begin_at_once(wrong_clock):
    job = submit(kind="tests.family", params=FamilyParams(parts=["a", "b"]))
    assert is_now(job.run_after)
    assert is_now(job.created_at)
    assert claimable_for("default") < LITTLE
    assert run_jobs() == 4
    assert all(is_now(job.updated_at) for job in Job.objects.all())
    assert all(is_now(event.at) for event in JobEvent.objects.all())


def test_a_pause_before_the_next_try_is_as_long_as_it_should_be(wrong_clock):
    job = submit(kind="tests.fail", params=FailParams(retryable=True))
    run_jobs()
    job.refresh_from_db()
    assert timedelta(seconds=2) < job.run_after - database_now() < timedelta(seconds=13)


def test_a_place_that_is_held_stays_held(wrong_clock):
    job = submit(kind="tests.noop", params=NamedParams())
    assert slots.try_take("thing", capacity=1, job_id=job.pk, epoch=1, owner_id=None)
    assert slots.try_take("thing", capacity=1, job_id=job.pk, epoch=1, owner_id=None) is None
    slots.renew(job.pk, 1)
    assert abs(SlotLease.objects.get().lease_until - database_now() - conf.LEASE) < LITTLE


def test_a_worker_that_reports_itself_is_there(wrong_clock):
    Steward(name="cpu@wrong", queues=["cpu"], slots=1)._report()
    sweeper.sweep()
    assert is_now(Worker.objects.get().seen_at)
    assert hosts_serving("cpu")
    assert not Alert.objects.filter(event="worker.left").exists()


def test_events_carry_the_time_of_the_database(wrong_clock):
    publish("item:1", "item.changed", ref="1")
    assert is_now(Event.objects.get().at)


def test_nothing_in_jobs_asks_the_clock_of_its_machine():
    root = Path(recover.__file__).parents[1]
    asking = re.compile(r"timezone\.now\(|time\.time\(|datetime\.now\(|utcnow\(")
    found = [path for path in root.rglob("*.py") if "migrations" not in path.parts and path.name != "bench.py"]
    assert found
    assert [path.name for path in found if asking.search(path.read_text())] == []
