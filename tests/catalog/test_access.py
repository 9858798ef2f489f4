from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.enums import Role
from apps.catalog.access import NOBODY, Reason, Subject, Verdict, decide, viewer_of
from apps.catalog.enums import Kind, Policy
from apps.catalog.models import Item
from tests.conftest import make_person

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
INSTANTS = st.sampled_from([None, NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=1)])


def test_everyone_plays_what_is_public():
    decision = decide(NOBODY, Subject(None, Policy.PUBLIC, NOW, None), NOW)
    assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.OPEN)


def test_a_visitor_sees_that_something_is_for_members_and_is_told_to_sign_in():
    decision = decide(NOBODY, Subject(None, Policy.SIGNED_IN, NOW, None), NOW)
    assert (decision.allowed, decision.visible, decision.reason) == (False, True, Reason.SIGN_IN)


def test_what_comes_later_is_hidden_and_says_when_it_opens():
    later = NOW + timedelta(hours=1)
    decision = decide(NOBODY, Subject(None, Policy.PUBLIC, later, None), NOW)
    assert (decision.visible, decision.opens_at) == (False, later)


def test_an_item_without_owner_does_not_belong_to_visitors():
    assert not decide(NOBODY, Subject(None, Policy.PUBLIC, None, None), NOW).visible


def test_a_closed_account_is_nobody(owner):
    owner.is_active = False
    assert viewer_of(owner) == viewer_of(AnonymousUser()) == NOBODY


@pytest.fixture
def people(db):
    rows = [make_person(f"p{number}", role) for number, role in enumerate(Role.values)]
    return [AnonymousUser(), *rows]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    things=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(Policy.values), INSTANTS, INSTANTS), min_size=1, max_size=8
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
            policy=policy,
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
