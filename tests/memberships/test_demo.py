"""The demo's three tiers, with a member of each."""

import pytest

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.catalog.access import viewer_of
from apps.catalog.services.demo import remove_demo
from apps.memberships.models import Grant, Tier
from apps.memberships.services.demo import make_demo_members, remove_demo_members
from apps.memberships.standing import entitlements_of
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db


def test_there_is_a_member_of_every_tier_whom_nobody_can_sign_in_as(client):
    for _ in range(2):
        assert make_demo_members() == 3
    members = list(User.objects.order_by("created_at"))
    assert [entitlements_of(person).rank for person in members] == [10, 20, 30]
    assert not any(person.has_usable_password() for person in members)
    assert Tier.objects.count() == Grant.objects.count() == 3


def test_somebody_who_has_the_name_already_keeps_it():
    make_person("benny-demo")
    make_demo_members()
    assert User.objects.filter(username__startswith="benny-demo-").count() == 1


def test_all_of_it_goes_and_nothing_else(member):
    gold = make_tier("Gold")
    make_grant(member, gold)
    make_demo_members()
    assert remove_demo_members() == 3
    assert list(User.objects.all()) == [member]
    assert list(Tier.objects.all()) == [gold]
    assert Grant.objects.count() == 1
    assert remove_demo_members() == 0


def test_what_others_have_come_to_use_stays(member):
    make_demo_members()
    bench = Tier.objects.get(slug="demo-bench")
    make_grant(member, bench)
    frida = User.objects.get(username="frida-demo")
    make_grant(frida, bench)
    remove_demo_members()
    assert set(User.objects.all()) == {member, frida}
    assert [tier.slug for tier in Tier.objects.all()] == ["demo-bench"]


def test_it_goes_with_the_demos_items():
    make_demo_members()
    remove_demo(viewer=viewer_of(make_person("boss", Role.OWNER)))
    assert not Tier.objects.exists()
