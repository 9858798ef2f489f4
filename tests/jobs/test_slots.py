"""Scarce things inside a job: so many places, so many for one person, and none lost with a worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.jobs.claims import claim
from apps.jobs.models import Job, SlotLease
from apps.jobs.services import recover, slots
from apps.jobs.services.submit import submit
from tests.jobs.kinds import NamedParams

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(member, stranger):
    def take(person, *, capacity=2, per_owner=None):
        job = submit(kind="tests.noop", params=NamedParams(), owner_id=person.pk)
        return slots.try_take(
            "voice", capacity=capacity, job_id=job.pk, epoch=1, owner_id=person.pk, per_owner=per_owner
        )

    return take


def test_there_are_as_many_places_as_said(taken, member):
    first, second, third = (taken(member) for _ in range(3))
    assert (first is None, second is None, third is None) == (False, False, True)
    slots.give_back(first)
    assert taken(member) is not None


def test_one_person_cannot_take_them_all(taken, member, stranger):
    assert taken(member, capacity=3, per_owner=1) is not None
    assert taken(member, capacity=3, per_owner=1) is None
    assert taken(stranger, capacity=3, per_owner=1) is not None


def test_a_place_whose_lease_ran_out_is_free(taken, member):
    lease = taken(member, capacity=1)
    SlotLease.objects.filter(pk=lease).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert taken(member, capacity=1) is not None


def test_a_place_goes_with_the_job_that_was_taken_back(member):
    job = submit(kind="tests.noop", params=NamedParams(), owner_id=member.pk)
    held = claim("cpu", worker="w")
    slots.try_take("voice", capacity=1, job_id=held.id, epoch=held.epoch, owner_id=member.pk)
    slots.renew(held.id, held.epoch)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    recover.recover(job.pk)
    assert not SlotLease.objects.exists()
