"""What `decide` says, and that the query says the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.accounts.enums import Role
from apps.catalog.access import NOBODY, Decision, Reason, Subject, Verdict, Viewer, decide, viewer_of
from apps.catalog.enums import Kind
from apps.catalog.models import Item, row_of
from apps.catalog.policy import EVERYONE, SIGNED_IN, Door, Policy, as_spec, from_spec, holders_of, in_order, ranked
from apps.core.flags import Flag
from apps.memberships.entitlements import TierFacts
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
OLIVE, MILA = UUID(int=1), UUID(int=2)
BRONZE, SILVER, GOLD = UUID(int=10), UUID(int=20), UUID(int=30)
TIERS = {
    BRONZE: TierFacts(BRONZE, "bronze", "Bronze", 10, 300, "EUR"),
    SILVER: TierFacts(SILVER, "silver", "Silver", 20, 500, "EUR"),
    GOLD: TierFacts(GOLD, "gold", "Gold", 30, 900, "EUR"),
}


def offers():
    return sorted(TIERS.values(), key=lambda tier: tier.cheapness)


def holder(*tiers: UUID, signed_in: bool = True) -> Viewer:
    rank = max((TIERS[tier].rank for tier in tiers), default=0)
    return Viewer(MILA if signed_in else None, frozenset(), frozenset(tiers), rank, offers=offers)


VISITOR = holder(signed_in=False)


def ask(viewer: Viewer, policy: Policy, *, at: datetime = NOW, published_at: datetime | None = NOW - DAY) -> Decision:
    return decide(viewer, Subject(OLIVE, policy, published_at, None), at)


# For whom


def test_everyone_plays_what_is_public():
    decision = ask(VISITOR, Policy())
    assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.OPEN)


def test_a_visitor_sees_that_something_is_for_accounts_and_is_told_to_sign_in():
    decision = ask(VISITOR, Policy(SIGNED_IN))
    assert (decision.allowed, decision.visible, decision.reason, decision.tier) == (False, True, Reason.SIGN_IN, None)
    assert ask(holder(), Policy(SIGNED_IN)).allowed


def test_a_rank_opens_for_it_and_all_above_and_names_the_cheapest_that_does():
    policy = Policy(ranked(20))
    assert [ask(holder(tier), policy).allowed for tier in TIERS] == [False, True, True]
    for viewer in (VISITOR, holder(), holder(BRONZE)):
        decision = ask(viewer, policy)
        assert (decision.reason, decision.tier, decision.tier_at) == (Reason.MEMBERSHIP, TIERS[SILVER], None)


def test_a_set_of_tiers_opens_for_these_alone_whatever_their_rank():
    policy = Policy(holders_of(frozenset({BRONZE})))
    assert [ask(holder(tier), policy).allowed for tier in TIERS] == [True, False, False]
    assert ask(holder(GOLD), policy).tier == TIERS[BRONZE]


def test_a_tier_that_cannot_be_got_is_not_offered():
    gone = replace(holder(), offers=lambda: [TIERS[BRONZE]])
    assert (ask(gone, Policy(ranked(30))).reason, ask(gone, Policy(ranked(30))).tier) == (Reason.CLOSED, None)


def test_its_owner_and_staff_play_it_whatever_the_policy_says_but_not_from_the_trash():
    owner, staff = Viewer(OLIVE), Viewer(MILA, frozenset({Flag.MODERATE}))
    for policy in (Policy(ranked(99)), Policy(holders_of(frozenset()))):
        for published_at in (None, NOW + DAY):
            assert ask(owner, policy, published_at=published_at).reason == Reason.OWN
            assert ask(staff, policy, published_at=published_at).reason == Reason.STAFF
        thrown = Subject(OLIVE, policy, NOW, NOW)
        assert not any(decide(viewer, thrown, NOW).visible for viewer in (owner, staff))


def test_an_item_without_owner_does_not_belong_to_visitors():
    assert not decide(NOBODY, Subject(), NOW).visible


def test_nothing_said_is_nothing_given():
    assert not decide(NOBODY, Subject(OLIVE, Policy(holders_of(frozenset())), NOW, None), NOW).allowed
    assert not decide(holder(GOLD), Subject(OLIVE, Policy(holders_of(frozenset())), NOW, None), NOW).allowed


# From when on


@pytest.mark.parametrize(("at", "visible", "allowed"), [(-INSTANT, False, False), (0 * DAY, True, True)])
def test_what_comes_later_is_hidden_until_exactly_then(at, visible, allowed):
    decision = ask(VISITOR, Policy(), at=NOW + at, published_at=NOW)
    assert (decision.visible, decision.allowed) == (visible, allowed)
    assert visible or decision.opens_at == NOW


FRIDAY, MONTH = NOW + 3 * DAY, NOW + 30 * DAY
LADDERS = {
    "everyone, in three steps": (Policy(EVERYONE, (Door(ranked(30), NOW), Door(ranked(20), FRIDAY), Door(EVERYONE, MONTH))), NOW),
    "everyone when published": (Policy(EVERYONE, (Door(ranked(30), NOW), Door(ranked(20), FRIDAY))), MONTH),
    "the top, and steps that widen": (Policy(ranked(30), (Door(ranked(20), FRIDAY), Door(EVERYONE, MONTH))), NOW),
}  # fmt: skip


@pytest.mark.parametrize("name", LADDERS)
def test_the_same_ladder_in_three_ways_opens_at_the_same_microsecond(name):
    policy, published_at = LADDERS[name]
    for viewer, opens_at in ((holder(GOLD), NOW), (holder(SILVER), FRIDAY), (holder(BRONZE), MONTH), (VISITOR, MONTH)):
        assert not ask(viewer, policy, at=opens_at - INSTANT, published_at=published_at).allowed
        assert ask(viewer, policy, at=opens_at, published_at=published_at).allowed


def test_who_waits_is_told_until_when_and_what_is_faster():
    policy, published_at = LADDERS["everyone, in three steps"]
    decision = ask(VISITOR, policy, published_at=published_at)
    assert (decision.reason, decision.tier, decision.opens_at) == (Reason.MEMBERSHIP, TIERS[GOLD], MONTH)
    assert [door.opens_at for door in decision.openings] == [NOW, FRIDAY, MONTH]
    waiting = replace(VISITOR, offers=lambda: [TIERS[SILVER]])
    decision = ask(waiting, policy, published_at=published_at)
    assert (decision.reason, decision.tier, decision.tier_at) == (Reason.LATER, TIERS[SILVER], FRIDAY)
    waiting = replace(VISITOR, offers=lambda: [TIERS[BRONZE]])
    decision = ask(waiting, policy, published_at=published_at)
    assert (decision.reason, decision.tier, decision.opens_at) == (Reason.LATER, None, MONTH)


def test_early_access_without_an_instant_for_all_others_fails_closed():
    policy = Policy(EVERYONE, (Door(ranked(30), NOW),))
    assert ask(holder(GOLD), policy).allowed
    for viewer in (VISITOR, holder(SILVER)):
        assert not ask(viewer, policy, at=NOW + 1000 * DAY).allowed
    assert not ask(VISITOR, policy, at=NOW + DAY, published_at=NOW).allowed
    assert ask(VISITOR, policy, at=NOW + DAY, published_at=NOW + INSTANT).allowed


def test_a_step_is_seen_by_all_before_the_publication():
    policy = Policy(EVERYONE, (Door(ranked(30), NOW),))
    early = ask(VISITOR, policy, published_at=MONTH)
    assert (early.visible, early.reason, early.opens_at) == (True, Reason.MEMBERSHIP, MONTH)
    assert not ask(VISITOR, policy, at=NOW - INSTANT, published_at=MONTH).visible
    assert not ask(holder(GOLD), policy, published_at=None).visible


def test_an_account_that_will_do_later_is_told():
    decision = ask(replace(VISITOR, offers=list), Policy(SIGNED_IN, (Door(ranked(1), NOW),)), published_at=FRIDAY)
    assert (decision.reason, decision.opens_at) == (Reason.LATER, None)
    assert [door.audience for door in decision.openings] == [ranked(1), SIGNED_IN]


def test_a_preview_is_for_those_who_see_it_and_may_not_play_it():
    policy = Policy(ranked(30), preview_s=30)
    decision = ask(VISITOR, policy)
    assert (decision.verdict, decision.preview_ms, decision.plays) == (Verdict.PREVIEW, 30_000, True)
    assert (ask(holder(GOLD), policy).verdict, ask(holder(GOLD), policy).preview_ms) == (Verdict.ALLOW, 0)
    assert ask(VISITOR, policy, published_at=None).verdict == Verdict.DENY


# What holds for all


INSTANTS = st.sampled_from([NOW - DAY, NOW - INSTANT, NOW, NOW + INSTANT, NOW + DAY, NOW + 2 * DAY])
SETS = st.frozensets(st.sampled_from(list(TIERS)), min_size=1)
RANKED = st.integers(0, 4).map(lambda steps: ranked(steps * 10))
STEPS = st.builds(Door, st.one_of(RANKED, SETS.map(holders_of)), INSTANTS)
POLICIES = st.builds(
    Policy,
    st.one_of(st.sampled_from([EVERYONE, SIGNED_IN]), RANKED, SETS.map(holders_of)),
    st.lists(STEPS, max_size=4).map(in_order),
    st.sampled_from([0, 30]),
)
PUBLISHED = st.one_of(st.none(), INSTANTS)
HELD = st.frozensets(st.sampled_from(list(TIERS)))
MANY = settings(max_examples=300, deadline=None)


@MANY
@given(policy=POLICIES, published_at=PUBLISHED, held=HELD, more=HELD, at=INSTANTS)
def test_a_grant_more_never_shuts_anything_and_one_less_never_opens(policy, published_at, held, more, at):
    fewer = ask(holder(*held), policy, at=at, published_at=published_at)
    richer = ask(holder(*(held | more)), policy, at=at, published_at=published_at)
    assert richer.allowed or not fewer.allowed


@MANY
@given(policy=POLICIES, published_at=PUBLISHED, held=HELD, rank=st.integers(0, 40), at=INSTANTS)
def test_a_higher_rank_never_loses_anything(policy, published_at, held, rank, at):
    low = holder(*held)
    high = replace(low, rank=low.rank + rank)
    allowed = ask(low, policy, at=at, published_at=published_at).allowed
    assert ask(high, policy, at=at, published_at=published_at).allowed or not allowed
    assert low.rank == 0 or not ask(VISITOR, policy, at=at, published_at=published_at).allowed or allowed


@MANY
@given(policy=POLICIES, published_at=PUBLISHED, held=HELD, at=INSTANTS, later=INSTANTS)
def test_what_is_open_stays_open(policy, published_at, held, at, later):
    assume(later > at)
    before = ask(holder(*held), policy, at=at, published_at=published_at)
    after = ask(holder(*held), policy, at=later, published_at=published_at)
    assert after.allowed or not before.allowed
    assert after.visible or not before.visible


@MANY
@given(policy=POLICIES, published_at=PUBLISHED, held=HELD, signed_in=st.booleans(), at=INSTANTS)
def test_what_is_shut_says_truly_what_opens_it(policy, published_at, held, signed_in, at):
    viewer = holder(*held) if signed_in else VISITOR
    decision = ask(viewer, policy, at=at, published_at=published_at)
    if decision.allowed or not decision.visible:
        return

    def with_tier(tier: TierFacts, when: datetime) -> bool:
        return ask(holder(*viewer.tiers, tier.id), policy, at=when, published_at=published_at).allowed

    opening = [tier for tier in offers() if with_tier(tier, at)]
    if decision.reason == Reason.SIGN_IN:
        assert not signed_in
        assert ask(holder(), policy, at=at, published_at=published_at).allowed
    elif opening:
        assert (decision.reason, decision.tier, decision.tier_at) == (Reason.MEMBERSHIP, opening[0], None)
    elif decision.tier is not None:
        assert with_tier(decision.tier, decision.tier_at)
        assert not any(with_tier(tier, decision.tier_at - INSTANT) for tier in offers())
    if decision.reason == Reason.CLOSED:
        assert not any(with_tier(tier, at + 1000 * DAY) for tier in offers())
    if decision.opens_at is not None:
        assert ask(viewer, policy, at=decision.opens_at, published_at=published_at).allowed
        assert not ask(viewer, policy, at=decision.opens_at - INSTANT, published_at=published_at).allowed
    else:
        assert not ask(viewer, policy, at=at + 1000 * DAY, published_at=published_at).allowed


@MANY
@given(policy=POLICIES)
def test_a_policy_survives_its_own_words(policy):
    assert from_spec(as_spec(policy)) == policy


# People and rows


def test_a_closed_account_is_nobody(owner):
    owner.is_active = False
    assert viewer_of(owner) == viewer_of(AnonymousUser()) == NOBODY


def test_a_person_brings_what_their_grants_add_up_to(member):
    tier = make_tier("Gold", 30, largest_height=720)
    make_grant(member, tier)
    viewer = viewer_of(member)
    assert (viewer.tiers, viewer.rank, viewer.limits.largest_height) == ({tier.pk}, 30, 720)
    assert [offer.id for offer in viewer.offers()] == [tier.pk]


def test_the_same_policy_is_one_row_whoever_says_it(db, django_assert_num_queries):
    policy = Policy(ranked(20), (Door(EVERYONE, NOW),), 30)
    row = row_of(policy)
    with django_assert_num_queries(3):  # one, and the savepoint around it
        assert row_of(from_spec(as_spec(policy))) == row
    assert (row.policy, row.steps.count(), row.first_opens_at) == (policy, 1, NOW)


@pytest.fixture
def people(db):
    tiers = [make_tier(facts.title, facts.rank, id=facts.id) for facts in TIERS.values()]
    rows = [make_person(f"p{number}", role) for number, role in enumerate(Role.values)]
    for number, tier in enumerate(tiers):
        make_grant(rows[-1 - number % 2], tier)
    return [AnonymousUser(), *rows]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    things=st.lists(
        st.tuples(st.integers(0, 4), POLICIES, PUBLISHED, st.sampled_from([None, None, NOW])), min_size=1, max_size=8
    )
)
def test_the_query_gives_what_the_decision_allows(people, things):
    Item.objects.all().delete()
    items = [
        Item.objects.create(
            owner=people[who] if who else None,
            title="Thing",
            slug="thing",
            kind=Kind.TRACK,
            access=row_of(policy),
            published_at=published_at,
            trashed_at=trashed_at,
        )
        for who, policy, published_at, trashed_at in things
    ]
    for person in people:
        viewer = viewer_of(person)
        decisions = {item: decide(viewer, item.subject, NOW) for item in items}
        assert set(Item.objects.playable_by(viewer, NOW)) == {item for item in items if decisions[item].allowed}
        assert set(Item.objects.visible_to(viewer, NOW)) == {item for item in items if decisions[item].visible}
