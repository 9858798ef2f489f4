"""What staff do with grants: every state and every move, and the clock while one is paused."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone

from apps.accounts.enums import Role
from apps.accounts.models import Activity, User
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.state import ForbiddenMove, check_moves
from apps.memberships.enums import GIFT_MOVES, MOVES, GiftState, State
from apps.memberships.models import Grant
from apps.memberships.months import months_later
from apps.memberships.services.complimentary import end_of, give_away
from apps.memberships.services.grant import give
from apps.memberships.services.hold import change_grant, pause_grant, resume_grant, revoke_grant
from apps.memberships.standing import entitlements_of
from tests.conftest import make_person
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30)


@pytest.fixture
def clock(monkeypatch):
    """The site's clock, for the test to move."""

    class Clock:
        now = START

        def __call__(self):
            return self.now

    found = Clock()
    monkeypatch.setattr("django.utils.timezone.now", found)
    return found


def rank_of(person, now=None) -> int:
    return entitlements_of(User.objects.get(pk=person.pk), now).rank


ACTS = {
    State.PAUSED: lambda grant, by: pause_grant(grant=grant, by=by),
    State.ACTIVE: lambda grant, by: resume_grant(grant=grant, by=by),
    State.REVOKED: lambda grant, by: revoke_grant(grant=grant, by=by),
}


def in_state(grant, state, by):
    if state != State.ACTIVE:
        ACTS[state](grant, by)
    return Grant.objects.get(pk=grant.pk)


@pytest.mark.parametrize(("source", "target"), list(product(State, State)))
def test_every_pair_of_states(member, moderator, gold, source, target):
    """Back from revoked leads only what gives it anew."""
    grant = in_state(make_grant(member, gold), source, moderator)
    allowed = target in MOVES[source] and source != State.REVOKED
    if allowed:
        ACTS[target](grant, moderator)
    else:
        with pytest.raises(Conflict):
            ACTS[target](grant, moderator)
    grant.refresh_from_db()
    assert grant.state == (target if allowed else source)
    assert (rank_of(member) == 30) == (grant.state == State.ACTIVE)


@pytest.mark.parametrize(("source", "target"), list(product(GiftState, GiftState)))
def test_a_gift_leaves_its_first_state_once(source, target):
    if source == GiftState.OPEN != target:
        check_moves(GIFT_MOVES, [source], target)
    else:
        with pytest.raises(ForbiddenMove):
            check_moves(GIFT_MOVES, [source], target)


def test_while_it_is_paused_its_time_stands_still(member, moderator, gold, clock):
    grant = make_grant(member, gold, starts_at=START, ends_at=START + 10 * DAY, grace_until=START + 12 * DAY)
    clock.now = START + 4 * DAY
    pause_grant(grant=grant, by=moderator, reason="On tour")
    assert rank_of(member) == 0
    clock.now = START + 9 * DAY
    grant = resume_grant(grant=grant, by=moderator)
    assert (grant.ends_at, grant.grace_until) == (START + 15 * DAY, START + 17 * DAY)
    assert rank_of(member, START + 17 * DAY - INSTANT) == 30
    assert rank_of(member, START + 17 * DAY) == 0


def test_what_was_paused_in_its_grace_keeps_the_rest_of_it(member, moderator, gold, clock):
    grant = make_grant(member, gold, starts_at=START, ends_at=START + 2 * DAY, grace_until=START + 9 * DAY)
    clock.now = START + 3 * DAY
    pause_grant(grant=grant, by=moderator)
    clock.now = START + 20 * DAY
    grant = resume_grant(grant=grant, by=moderator)
    assert (grant.ends_at, grant.grace_until) == (START + 2 * DAY, START + 26 * DAY)


def test_what_had_not_begun_loses_nothing_by_a_pause(member, moderator, gold, clock):
    grant = make_grant(member, gold, starts_at=START + 10 * DAY, ends_at=START + 20 * DAY)
    pause_grant(grant=grant, by=moderator)
    clock.now = START + 5 * DAY
    assert resume_grant(grant=grant, by=moderator).ends_at == START + 20 * DAY
    pause_grant(grant=grant, by=moderator)
    clock.now = START + 12 * DAY
    assert resume_grant(grant=grant, by=moderator).ends_at == START + 22 * DAY


def test_what_its_source_says_meanwhile_does_not_end_a_pause(member, moderator, gold):
    grant = make_grant(member, gold, source="patreon", source_ref="m1")
    pause_grant(grant=grant, by=moderator)
    make_grant(member, gold, source="patreon", source_ref="m1")
    assert rank_of(member) == 0


def test_another_end_is_in_force_at_once_and_may_be_told_of_anew(member, moderator, gold):
    now = timezone.now()
    grant = make_grant(member, gold, ends_at=now + DAY, grace_until=now + 2 * DAY)
    Grant.objects.update(ending_told_at=now)
    grant = change_grant(grant=grant, by=moderator, ends_at=now + 40 * DAY)
    assert (grant.ends_at, grant.grace_until, grant.ending_told_at) == (now + 40 * DAY, None, None)
    assert rank_of(member, now + 39 * DAY) == 30
    assert change_grant(grant=grant, by=moderator, ends_at=None).ends_at is None
    with pytest.raises(Invalid):
        change_grant(grant=grant, by=moderator, ends_at=grant.starts_at - DAY)
    with pytest.raises(Invalid):
        change_grant(grant=grant, by=moderator, ends_at=now.replace(year=9999))
    revoke_grant(grant=grant, by=moderator)
    with pytest.raises(Conflict):
        change_grant(grant=grant, by=moderator, ends_at=None)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CREATOR])
def test_nobody_else_may(member, gold, role):
    person = make_person("p", role)
    grant = make_grant(member, gold)
    for act in (
        lambda: give_away(person=person, tier=gold, by=person, reason="Me"),
        lambda: pause_grant(grant=grant, by=person),
        lambda: resume_grant(grant=grant, by=person),
        lambda: revoke_grant(grant=grant, by=person),
        lambda: change_grant(grant=grant, by=person, ends_at=None),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_gift_of_staff_has_a_reason_and_is_noted(member, moderator, gold):
    grant = give_away(person=member, tier=gold, by=moderator, reason="Moderates", ends_at=timezone.now() + DAY)
    assert (grant.source, grant.reason, grant.made_by_id) == ("staff", "Moderates", moderator.pk)
    noted = Activity.objects.get(action="grant.given")
    assert (noted.actor_id, noted.subject_id, noted.details["tier"]) == (moderator.pk, member.pk, "Gold")


def test_what_cannot_be_given_away(member, moderator, gold):
    now = timezone.now()
    with pytest.raises(Invalid):
        give_away(person=member, tier=gold, by=moderator, reason=" ")
    with pytest.raises(Invalid):
        give_away(person=member, tier=gold, by=moderator, reason="x", starts_at=now - 2 * DAY, ends_at=now - DAY)
    with pytest.raises(Invalid):
        give_away(person=member, tier=gold, by=moderator, reason="x", starts_at=now.replace(year=1))
    gold.archived_at = now
    gold.save()
    with pytest.raises(Conflict):
        give_away(person=member, tier=gold, by=moderator, reason="x")
    member.is_active = False
    with pytest.raises(Conflict):
        give_away(person=member, tier=make_tier("Silver"), by=moderator, reason="x")
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("week", day(2026, 2, 7)),
        ("month", day(2026, 2, 28)),
        ("half-year", day(2026, 7, 31)),
        ("year", day(2027, 1, 31)),
        ("ever", None),
    ],
)
def test_periods_are_those_of_the_calendar(period, end):
    assert end_of(period, day(2026, 1, 31)) == end


def test_a_period_that_is_none():
    with pytest.raises(Invalid):
        end_of("fortnight", START)
    assert months_later(day(2024, 2, 29), 12) == day(2025, 2, 28)
    assert months_later(day(2026, 12, 5), 1) == day(2027, 1, 5)


def test_another_end_by_its_source_may_be_told_of_anew(member, gold):
    grant = make_grant(member, gold, source_ref="r", ends_at=timezone.now() + DAY)
    Grant.objects.update(ending_told_at=timezone.now())
    give(
        person_id=member.pk,
        tier=gold,
        source="staff",
        source_ref="r",
        starts_at=grant.starts_at,
        ends_at=timezone.now() + 9 * DAY,
    )
    assert Grant.objects.get().ending_told_at is None
