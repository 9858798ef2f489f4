"""Work for rare machines: held for half a minute at most, and told where it was taken from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.jobs import conf
from apps.jobs.claims import claim
from apps.jobs.contract import Handler, register
from apps.jobs.enums import Queue, State
from apps.jobs.housekeeping import repair_counts
from apps.jobs.models import Job, Turn, Worker
from apps.jobs.presence import hosts_serving
from apps.jobs.services.fallback import move_held
from apps.jobs.services.submit import submit
from tests.jobs.kinds import NamedParams, NoParams
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


@register
class Rare(Handler):
    kind = "tests.rare"
    queue = Queue.GPU
    falls_back_to = Queue.CPU
    params_type = NoParams
    title = "Wants a graphics card"

    def run(self, params, ctx):
        return {"queue": ctx.queue}


def queued(person, parent=None, **ago) -> Job:
    job = submit(kind=Rare.kind, params=NoParams(), owner_id=person.pk)
    since = timezone.now() - timedelta(**(ago or {"seconds": 31}))
    Job.objects.filter(pk=job.pk).update(parent=parent, run_after=since, updated_at=since)
    return job


def queues() -> list[str]:
    return list(Job.objects.filter(kind=Rare.kind).order_by("id").values_list("queue", flat=True))


@pytest.fixture
def worker() -> Worker:
    return Worker.objects.create(name="gpu@h", host="h", queues=["gpu"])


@pytest.fixture
def family(member) -> Job:
    return submit(kind="tests.noop", params=NamedParams(), owner_id=member.pk)


def test_what_nobody_took_for_long_is_taken_by_others(member, worker):
    queued(member, seconds=conf.FALLBACK_HOLD.total_seconds() - 5)
    assert move_held() == 0
    queued(member)
    assert move_held() == 1
    assert queues() == ["gpu", "cpu"]
    assert claim("cpu", worker="w").kind == Rare.kind
    assert repair_counts() == 0


def test_the_handler_is_told_where_it_was_taken_from(member):
    queued(member)
    job = queued(member)
    move_held()
    run_jobs("cpu")
    job.refresh_from_db()
    assert (job.state, job.result) == (State.SUCCEEDED, {"queue": "cpu"})
    assert [event.detail for event in job.events.filter(type="moved")] == [{"from": "gpu", "to": "cpu"}]


def test_parts_wait_their_turn_once_one_of_them_has_begun(member, worker, family):
    for _ in range(3):
        queued(member, family)
    assert claim("gpu", worker="w")
    assert move_held() == 0


def test_parts_that_lost_their_last_machine_are_taken_by_others(member, worker, family):
    for _ in range(3):
        queued(member, family)
    claim("gpu", worker="w")
    Worker.objects.update(seen_at=timezone.now() - conf.WORKER_GONE - timedelta(seconds=1))
    assert hosts_serving("gpu") == frozenset()
    assert move_held() == 2
    assert Turn.objects.get(queue="gpu").queued == 0
    assert Turn.objects.get(queue="cpu").queued == 3  # with the parent itself


def test_other_work_stays_in_its_queue(member):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=member.pk)
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(hours=1))
    assert move_held() == 0
