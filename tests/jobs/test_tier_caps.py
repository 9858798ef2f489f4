"""What a membership brings: how many jobs somebody may have running at once."""

import pytest

from apps.core.models import new_id
from apps.jobs.claims import claim, claimable_since
from apps.jobs.models import Job, Turn
from apps.jobs.services.caps import set_tier_caps

pytestmark = pytest.mark.django_db


def hand_in(person, count):
    Job.objects.bulk_create(
        Job(kind="tests.noop", queue="cpu", owner=person, params={"name": ""}) for _ in range(count)
    )


def claimed() -> int:
    count = 0
    while claim("cpu", worker="w"):
        count += 1
    return count


def test_a_tiers_cap_replaces_the_sites(member):
    set_tier_caps({member.pk: 3})
    hand_in(member, 5)
    assert claimed() == 3
    assert claimable_since("cpu") is None


def test_a_lower_cap_holds_as_well(member):
    hand_in(member, 5)
    set_tier_caps({member.pk: 1})
    assert claimed() == 1


def test_what_staff_set_goes_before_it(member):
    hand_in(member, 6)
    set_tier_caps({member.pk: 3})
    Turn.objects.filter(owner_key=member.pk, queue="cpu").update(cap=4)
    assert claimed() == 4


def test_without_one_the_sites_setting_holds_again(member):
    set_tier_caps({member.pk: 5})
    set_tier_caps({member.pk: None})
    hand_in(member, 5)
    assert claimed() == 2


def test_it_is_no_concern_of_others(member, stranger):
    set_tier_caps({member.pk: 5})
    hand_in(stranger, 5)
    assert claimed() == 2


def test_it_holds_for_express_jobs_too(member):
    hand_in(member, 1)
    Job.objects.update(express=True)
    set_tier_caps({member.pk: 1})
    assert claimed() == 1
    Job.objects.bulk_create([Job(kind="tests.noop", queue="cpu", owner=member, params={"name": ""}, express=True)])
    assert claimed() == 0


def test_ten_thousand_people_cost_two_statements(django_assert_num_queries):
    people = [new_id() for _ in range(10_000)]
    with django_assert_num_queries(3):  # a savepoint around them
        assert set_tier_caps(dict.fromkeys(people, 3)) == 40_000
    assert set_tier_caps(dict.fromkeys(people, 3)) == 0
    half = {person: 4 if place % 2 else None for place, person in enumerate(people)}
    with django_assert_num_queries(4):
        assert set_tier_caps(half) == 40_000
    assert Turn.objects.filter(tier_cap=4).count() == 20_000
    assert Turn.objects.filter(tier_cap=None).count() == 20_000
