"""Tiers as staff make and change them."""

import pytest

from apps.accounts.enums import Role
from apps.accounts.models import Activity, User
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.realtime.models import Event
from apps.jobs.models import Job, Turn
from apps.memberships import references
from apps.memberships.ladder import known_tiers, offered_tiers
from apps.memberships.models import Tier
from apps.memberships.services.tiers import (
    archive_tier,
    change_tier,
    create_tier,
    delete_tier,
    reorder_tiers,
    restore_tier,
)
from apps.memberships.standing import entitlements_of
from apps.memberships.work import RETIER
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db


def test_a_new_tier_comes_above_all_others_with_an_address_of_its_own(moderator):
    first = create_tier(by=moderator, title="Front row")
    second = create_tier(by=moderator, title="Front  row", benefits=["  A seat ", ""])
    assert (first.rank, second.rank) == (10, 20)
    assert (first.slug, second.slug) == ("front-row", "front-row-2")
    assert second.benefits == ["A seat"]
    assert Activity.objects.filter(action="tier.created", actor_id=moderator.pk).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"rank": 0}, "rank"),
        ({"price_cents": 900}, "currency"),
        ({"price_cents": 900, "currency": "EURO"}, "currency"),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
        ({"benefits": ["x"] * 21}, "benefits"),
        ({"benefits": ["x" * 161]}, "benefits"),
        ({"slug": "not a slug"}, "slug"),
        ({"jobs_at_once": 0}, "jobs_at_once"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(moderator, fields, field):
    with pytest.raises(Invalid) as refused:
        create_tier(by=moderator, **{"title": "Gold", **fields})
    assert list(refused.value.fields) == [field]
    assert not Tier.objects.exists()


def test_two_tiers_have_no_address_in_common(moderator):
    make_tier("Gold")
    silver = make_tier("Silver")
    with pytest.raises(Invalid) as refused:
        change_tier(tier=silver, by=moderator, slug="gold")
    assert "slug" in refused.value.fields


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CREATOR, Role.GUEST])
def test_nobody_else_may(role):
    tier, person = make_tier(), make_person("p", role)
    for act in (
        lambda: create_tier(by=person, title="Mine"),
        lambda: change_tier(tier=tier, by=person, rank=1),
        lambda: archive_tier(tier=tier, by=person),
        lambda: restore_tier(tier=tier, by=person),
        lambda: reorder_tiers(order=[tier.pk], by=person),
        lambda: delete_tier(tier=tier, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_rank_and_limits_are_in_force_at_once(member, moderator):
    tier = make_tier("Gold", 10)
    make_grant(member, tier)
    assert entitlements_of(member).rank == 10
    change_tier(tier=tier, by=moderator, rank=50, downloads=True, largest_height=720)
    found = entitlements_of(User.objects.get(pk=member.pk))
    assert (found.rank, found.limits.downloads, found.limits.largest_height) == (50, True, 720)


def test_whoever_has_it_is_told_and_gets_what_it_brings_now(
    member, stranger, moderator, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("apps.memberships.handlers.clock.FRESH_SECONDS", 0)
    tier = make_tier("Gold", 10, jobs_at_once=3)
    make_grant(member, tier)
    with django_capture_on_commit_callbacks(execute=True):
        change_tier(tier=tier, by=moderator, jobs_at_once=7)
    before = Event.objects.filter(topic=f"authz:{member.pk}").count()
    run_jobs("default")
    assert set(Turn.objects.filter(owner_key=member.pk).values_list("tier_cap", flat=True)) == {7}
    assert not Turn.objects.filter(owner_key=stranger.pk).exclude(tier_cap=None).exists()
    assert Event.objects.filter(topic=f"authz:{member.pk}").count() == before + 1
    assert not Event.objects.filter(topic=f"authz:{stranger.pk}").exists()


def test_words_alone_give_nobody_work(moderator, django_capture_on_commit_callbacks):
    tier = make_tier("Gold")
    with django_capture_on_commit_callbacks(execute=True):
        change_tier(tier=tier, by=moderator, summary="Shiny", benefits=["A seat"])
    assert not Job.objects.filter(kind=RETIER).exists()


def test_what_is_archived_can_be_got_no_more_and_is_kept(member, moderator):
    tier = make_tier("Gold", 10)
    make_grant(member, tier)
    archive_tier(tier=tier, by=moderator)
    assert offered_tiers() == []
    assert entitlements_of(User.objects.get(pk=member.pk)).rank == 10
    restore_tier(tier=tier, by=moderator)
    assert [one.id for one in offered_tiers()] == [tier.pk]


def test_reordering_gives_new_ranks(moderator):
    low, high, top = (make_tier(name, rank) for name, rank in (("A", 1), ("B", 2), ("C", 3)))
    reorder_tiers(order=[high.pk, top.pk, low.pk], by=moderator)
    assert list(Tier.objects.values_list("title", "rank")) == [("B", 10), ("C", 20), ("A", 30)]
    with pytest.raises(Invalid):
        reorder_tiers(order=[high.pk, high.pk, low.pk], by=moderator)


def test_a_tier_that_nobody_ever_had_can_be_deleted(moderator):
    tier = make_tier()
    delete_tier(tier=tier, by=moderator)
    assert tier.pk not in known_tiers()
    assert Activity.objects.filter(action="tier.deleted").exists()


def test_a_tier_that_is_referred_to_can_only_be_archived(member, moderator):
    tier = make_tier("Gold")
    make_grant(member, tier)
    with pytest.raises(Conflict) as refused:
        delete_tier(tier=tier, by=moderator)
    assert refused.value.message == (
        "Gold is named by memberships that people have or had, so it cannot be deleted. Archive it instead."
    )


def test_what_other_apps_refer_to_counts_as_well(moderator, monkeypatch):
    tier = make_tier("Gold")
    monkeypatch.setitem(references._references, "the policies of items", lambda pk: pk == tier.pk)
    with pytest.raises(Conflict, match="the policies of items"):
        delete_tier(tier=tier, by=moderator)
    assert Tier.objects.filter(pk=tier.pk).exists()
