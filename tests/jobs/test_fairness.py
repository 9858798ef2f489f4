"""Whose turn it is: person by person, their highest and oldest job, with one express turn beside the ladder."""

import pytest

from apps.jobs.claims import claim, claimable_since
from apps.jobs.enums import Priority
from apps.jobs.models import ExpressLane, Job, KindLoad, KindSlot, Turn
from apps.jobs.services.endings import succeed
from apps.jobs.services.submit import TooManyJobs, submit
from tests.jobs.kinds import NamedParams

pytestmark = pytest.mark.django_db


def hand_in(person, count=1, **fields):
    return [
        submit(kind="tests.noop", params=NamedParams(), owner_id=person and person.pk, **fields) for _ in range(count)
    ]


def take():
    return claim("cpu", worker="w")


def test_five_hundred_jobs_of_one_person_do_not_delay_anothers_first(member, stranger):
    Job.objects.bulk_create(Job(kind="tests.noop", queue="cpu", owner=member, params={"name": ""}) for _ in range(500))
    running = [take(), take()]
    assert take() is None  # the person's cap
    (first,) = hand_in(stranger)
    succeed(running.pop(), {})
    assert take().id == first.pk


def test_people_take_turns(member, stranger, owner):
    for person in (member, stranger, owner):
        hand_in(person, 3)
    order = []
    while found := take():
        order.append(found.owner_id)
        succeed(found, {})
    assert sorted(order[:3]) == sorted(order[3:6]) == sorted(order[6:]) == sorted([member.pk, stranger.pk, owner.pk])


def test_a_person_gets_the_highest_and_then_the_oldest(member):
    (low,) = hand_in(member, priority=Priority.LOW)
    first, second = hand_in(member, 2)
    (high,) = hand_in(member, priority=Priority.HIGH)
    order = []
    while found := take():
        order.append(found.id)
        succeed(found, {})
    assert order == [high.pk, first.pk, second.pk, low.pk]


def test_a_persons_own_cap_replaces_the_sites(member):
    hand_in(member, 5)
    Turn.objects.filter(queue="cpu", owner_key=member.pk).update(cap=4)
    assert [take() is not None for _ in range(5)] == [True] * 4 + [False]


def test_the_sites_own_work_has_no_cap_and_takes_turns(member):
    hand_in(None, 6)
    hand_in(member, 1)
    assert {take().owner_id for _ in range(2)} == {None, member.pk}
    assert [take() is not None for _ in range(6)] == [True] * 5 + [False]


def test_a_full_kind_is_passed_over_for_another_of_the_same_person(member):
    KindLoad.objects.create(kind="tests.capped", cap=0)
    submit(kind="tests.capped", params=NamedParams(), owner_id=member.pk)
    (other,) = hand_in(member)
    assert take().id == other.pk
    assert claimable_since("cpu") is None
    assert take() is None


def test_a_cap_that_staff_set_counts_what_runs_already(member, stranger):
    KindLoad.objects.create(kind="tests.noop", cap=None)
    hand_in(member, 2)
    hand_in(stranger, 2)
    take(), take(), take()
    load = KindLoad.objects.get(kind="tests.noop")
    load.cap = 3
    load.save()
    assert KindSlot.objects.exclude(job_id=None).count() == 3
    assert take() is None


def test_express_goes_first_and_then_lets_the_ladder_go(member, stranger):
    hand_in(member, 2)
    express = hand_in(stranger, 2, express=True)
    first = take()
    assert first.id == express[0].pk
    assert take().owner_id == member.pk  # one express job at a time
    succeed(first, {})
    second = take()
    assert second.id == express[1].pk
    succeed(second, {})
    assert ExpressLane.objects.get(queue="cpu").running == 0


def test_express_jobs_never_go_twice_in_a_row_while_the_ladder_waits(member, stranger):
    hand_in(stranger, 4, express=True)
    hand_in(member, 3)
    order = []
    while found := take():
        order.append(found.owner_id == stranger.pk)
        succeed(found, {})
    assert order == [True, False, True, False, True, False, True]


def test_work_for_later_is_left_alone(member):
    from datetime import timedelta

    from django.utils import timezone

    hand_in(member, run_after=timezone.now() + timedelta(hours=1))
    assert take() is None
    assert claimable_since("cpu") is None


def test_counts_follow_when_a_person_leaves(member):
    hand_in(member, 3)
    take()
    member.delete()
    site = Turn.objects.get(queue="cpu", owner_key="00000000-0000-0000-0000-000000000000")
    assert (site.queued, site.running) == (2, 1)


def test_how_much_one_person_may_have_waiting_is_bounded(member, monkeypatch):
    monkeypatch.setattr("apps.jobs.conf.MAX_QUEUED_PER_PERSON", 3)
    hand_in(member, 3)
    with pytest.raises(TooManyJobs):
        hand_in(member)
