"""Trials: one for each person, by whatever account they come."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from apps.core.errors import Conflict
from apps.memberships import identities
from apps.memberships.models import Grant, TrialClaim
from apps.memberships.services.trial import remember_identities, start_trial
from apps.memberships.standing import entitlements_of
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, trial_days=14)


@pytest.fixture
def patreon(monkeypatch):
    """A source of members that knows people by an id."""
    known = {}
    monkeypatch.setattr(identities, "_sources", [lambda person: known.get(person.pk, [])])
    return known


def refused(person, tier) -> str:
    with pytest.raises(Conflict) as error:
        start_trial(person=person, tier=tier)
    return error.value.message


def test_a_trial_lasts_as_long_as_the_tier_says(member, gold):
    grant = start_trial(person=member, tier=gold)
    assert (grant.source, grant.ends_at - grant.starts_at) == ("trial", timedelta(days=14))
    assert entitlements_of(member).rank == 30


def test_there_is_one_for_each_person(member, gold):
    start_trial(person=member, tier=gold)
    assert "one for each person" in refused(member, make_tier("Silver", 10, trial_days=7))
    assert Grant.objects.count() == 1


def test_not_for_what_cannot_be_tried(member):
    assert refused(member, make_tier("A")) == "A cannot be tried."
    assert refused(member, make_tier("B", trial_days=7, listed=False)) == "B cannot be tried."


def test_not_for_somebody_who_has_it_or_had_it(member, gold):
    grant = make_grant(member, gold)
    assert "had it before" in refused(member, gold)
    grant.state = "revoked"
    grant.revoked_at = grant.created_at
    grant.save()
    assert "had it before" in refused(member, gold)
    assert not TrialClaim.objects.exists()


@pytest.mark.parametrize("address", ["Mila@Example.org", "mila+again@example.org"])
def test_another_account_with_the_same_mailbox_is_the_same_person(member, gold, address):
    start_trial(person=member, tier=gold)
    other = make_person("other")
    EmailAddress.objects.create(user=other, email=address, verified=True)
    assert "one for each person" in refused(other, gold)


def test_an_address_that_was_not_proved_takes_nothing_from_its_owner(member, stranger, gold):
    EmailAddress.objects.create(user=stranger, email="somebody@example.org", verified=False)
    start_trial(person=stranger, tier=gold)
    other = make_person("somebody")
    assert start_trial(person=other, tier=gold)


def test_another_account_with_the_same_payment_is_the_same_person(member, stranger, gold, patreon):
    patreon[member.pk] = patreon[stranger.pk] = ["patreon:77"]
    start_trial(person=member, tier=gold)
    assert "one for each person" in refused(stranger, gold)
    assert not Grant.objects.filter(person=stranger).exists()


def test_a_payment_that_turns_up_later_is_remembered(member, stranger, gold, patreon):
    start_trial(person=member, tier=gold)
    patreon[member.pk] = ["patreon:77"]
    remember_identities(member)
    remember_identities(stranger)
    patreon[stranger.pk] = ["patreon:77"]
    assert "one for each person" in refused(stranger, gold)


def test_it_is_remembered_when_the_account_is_gone_and_says_nothing(member, gold):
    start_trial(person=member, tier=gold)
    Grant.objects.all().delete()
    member.delete()
    back = make_person("mila")
    assert "one for each person" in refused(back, gold)
    assert not any("@" in claim.identity for claim in TrialClaim.objects.all())
