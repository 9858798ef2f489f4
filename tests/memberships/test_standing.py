from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.core.realtime.models import Event
from apps.memberships.entitlements import Entitlements, Limits, most_generous
from apps.memberships.ladder import known_tiers
from apps.memberships.models import Grant, Standing, Tier
from apps.memberships.services.grant import Due, give, revoke, settle_all
from apps.memberships.standing import entitlements_of, reckon
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier

NOW = timezone.now()
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def silver(db):
    return make_tier("Silver", 10, storage_bytes=5, largest_height=720)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, storage_bytes=3, downloads=True)


def fresh(person) -> User:
    return User.objects.get(pk=person.pk)


def test_nobody_and_a_member_without_grants_have_nothing(member):
    assert entitlements_of(AnonymousUser()) == entitlements_of(member) == Entitlements()


def test_a_closed_account_has_nothing(member, gold):
    make_grant(member, gold)
    member.is_active = False
    assert entitlements_of(member).tiers == frozenset()


def test_grants_add_up_to_the_highest_rank_and_the_best_of_each_limit(member, silver, gold):
    make_grant(member, silver)
    make_grant(member, gold)
    found = entitlements_of(fresh(member))
    assert (found.tiers, found.rank) == ({silver.pk, gold.pk}, 30)
    assert found.limits == Limits(storage_bytes=5, largest_height=None, downloads=True)


def test_a_change_is_felt_at_once_by_somebody_who_was_asked_before(member, gold):
    assert entitlements_of(member).rank == 0
    grant = make_grant(member, gold)
    assert entitlements_of(member).rank == 30
    revoke(grant=grant)
    assert entitlements_of(member).rank == 0


@pytest.mark.parametrize(
    ("at", "counts", "in_grace"),
    [
        (-DAY - INSTANT, False, False),
        (-DAY, True, False),
        (DAY - INSTANT, True, False),
        (DAY, True, True),
        (2 * DAY - INSTANT, True, True),
        (2 * DAY, False, False),
    ],
)
def test_a_grant_counts_from_its_first_instant_until_its_grace_is_over(member, gold, at, counts, in_grace):
    make_grant(member, gold, starts_at=NOW - DAY, ends_at=NOW + DAY, grace_until=NOW + 2 * DAY)
    for person in (member, fresh(member)):
        found = entitlements_of(person, NOW + at)
        assert (found.rank > 0, found.in_grace) == (counts, in_grace)


def test_a_change_is_told_to_open_pages_and_asks_sockets_again(member, silver, gold):
    make_grant(member, silver)
    told = [event.type for event in Event.objects.filter(topic=f"me:{member.pk}")]
    assert told == ["entitlements"]
    assert Event.objects.filter(topic=f"authz:{member.pk}", type="recheck").count() == 1
    assert not reckon(member.pk)
    assert Standing.objects.get(person=member).version == 1


def test_saying_the_same_twice_is_saying_it_once(member, gold):
    for _ in range(2):
        make_grant(member, gold, source_ref="one")
    assert Grant.objects.count() == 1


def test_a_revoked_grant_that_is_given_again_is_back(member, gold):
    revoke(grant=make_grant(member, gold, source_ref="one"))
    make_grant(member, gold, source_ref="one")
    assert entitlements_of(member).rank == 30


def test_a_grant_that_goes_to_somebody_else_leaves_the_first(member, stranger, gold):
    make_grant(member, gold, source_ref="one")
    make_grant(stranger, gold, source_ref="one")
    assert (entitlements_of(member).rank, entitlements_of(stranger).rank) == (0, 30)


def test_a_grant_does_not_end_before_it_begins(member, gold):
    with pytest.raises(Invalid):
        give(person_id=member.pk, tier=gold, source="staff", source_ref="x", starts_at=NOW, ends_at=NOW - DAY)
    with pytest.raises(Invalid):
        give(person_id=member.pk, tier=gold, source="staff", source_ref="x", starts_at=NOW, grace_until=NOW + DAY)


def test_reading_costs_one_query_and_then_none(member, gold, django_assert_num_queries):
    make_grant(member, gold)
    entitlements_of(member)
    person = fresh(member)
    with django_assert_num_queries(1):
        entitlements_of(person)
    with django_assert_num_queries(0):
        entitlements_of(person)


def test_without_a_tier_the_site_says_what_all_may():
    assert most_generous([], Limits(largest_height=480)) == Limits(largest_height=480)
    assert most_generous([Limits(largest_height=720)], Limits(largest_height=480)).largest_height == 720


def test_a_tier_that_another_process_has_just_made_counts_at_once(member, silver):
    assert silver.pk in known_tiers()
    new = Tier.objects.create(title="Platinum", slug="platinum", rank=90)
    make_grant(member, new)
    assert entitlements_of(fresh(member)).rank == 90


def test_many_renewals_cost_a_handful_of_statements(gold, django_assert_max_num_queries):
    people = [make_person(f"p{number}") for number in range(30)]

    def dues(ends_at):
        return [Due(person.pk, gold, f"m{person.username}", NOW - DAY, ends_at) for person in people]

    assert settle_all(source="patreon", dues=dues(NOW + DAY)) == 30
    with django_assert_max_num_queries(10):
        settle_all(source="patreon", dues=dues(NOW + 30 * DAY))
    assert set(Standing.objects.values_list("changes_at", "version")) == {(NOW + 30 * DAY, 1)}
    assert {entitlements_of(fresh(person)).rank for person in people} == {30}


def test_what_is_given_and_taken_at_once_is_reckoned_together(member, stranger, silver, gold):
    lost = make_grant(member, silver, source="patreon", source_ref="one")
    due = Due(stranger.pk, gold, "two", NOW - DAY)
    assert settle_all(source="patreon", dues=[due, due], ended={lost: "Over."}) == 2
    assert (entitlements_of(fresh(member)).rank, entitlements_of(fresh(stranger)).rank) == (0, 30)
    assert Grant.objects.get(pk=lost.pk).reason == "Over."


def test_a_paused_grant_stays_paused_whatever_its_source_says(member, gold):
    grant = make_grant(member, gold, source="patreon", source_ref="one")
    Grant.objects.filter(pk=grant.pk).update(state="paused", paused_at=NOW)
    settle_all(source="patreon", dues=[Due(member.pk, gold, "one", NOW - DAY, NOW + DAY)])
    assert (Grant.objects.get().state, entitlements_of(fresh(member)).rank) == ("paused", 0)
