"""What the clock does: standings, caps of jobs, and who is told of what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.enums import Role
from apps.core.flags import Flag
from apps.core.realtime.models import Event
from apps.jobs.models import Turn
from apps.jobs.services.periodic import submit_periodic
from apps.memberships.enums import Change
from apps.memberships.models import Grant, MemberChange, Standing
from apps.memberships.services import recipients
from apps.memberships.services.caps import push_caps
from apps.memberships.services.changes import forget_changes, tell_changes
from apps.memberships.services.grant import give, revoke
from apps.memberships.services.turn import reckon_due, tell_ending, turn
from apps.memberships.work import TURN
from apps.notifications.models import Notification
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.memberships.making import make_grant, make_tier

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def gold(db):
    return make_tier("Gold", 30, jobs_at_once=6)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = timezone.now()

        def __call__(self):
            return self.now

    found = Clock()
    monkeypatch.setattr("django.utils.timezone.now", found)
    return found


def told(person, kind) -> list[str]:
    rows = Notification.objects.filter(person=person, kind=kind).order_by("pk")
    return list(rows.values_list("text", flat=True))


# Standings


@pytest.mark.parametrize(
    ("after", "due"),
    [(DAY - INSTANT, False), (DAY, True), (2 * DAY - INSTANT, True), (2 * DAY, True)],
)
def test_a_standing_is_reckoned_when_its_instant_has_come(member, gold, clock, after, due):
    make_grant(member, gold, starts_at=clock.now, ends_at=clock.now + DAY, grace_until=clock.now + 2 * DAY)
    version = Standing.objects.get(person=member).version
    clock.now += after
    assert reckon_due() == int(due)
    standing = Standing.objects.get(person=member)
    assert (standing.version > version) == due
    assert reckon_due() == 0


def test_pages_and_sockets_hear_of_what_the_clock_did(member, gold, clock):
    make_grant(member, gold, starts_at=clock.now, ends_at=clock.now + DAY)
    heard = Event.objects.filter(topic=f"authz:{member.pk}").count()
    clock.now += DAY
    submit_periodic(kind=TURN)
    run_jobs("default")
    assert Event.objects.filter(topic=f"authz:{member.pk}").count() == heard + 1
    assert Standing.objects.get(person=member).tiers == []
    assert told(member, "grant.ended") == ["Your Gold membership has ended."]


def test_a_thousand_at_once_come_in_batches(gold, clock, monkeypatch):
    monkeypatch.setattr("apps.memberships.services.turn.BATCH", 7)
    people = [make_person(f"p{number}") for number in range(20)]
    for person in people:
        make_grant(person, gold, starts_at=clock.now, ends_at=clock.now + DAY)
    clock.now += DAY
    assert reckon_due() == 20
    assert not Standing.objects.exclude(tiers=[]).exists()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_holds_is_left_to_them(member, stranger, gold, clock):
    for person in (member, stranger):
        make_grant(person, gold, starts_at=clock.now - DAY, ends_at=clock.now + DAY)
    clock.now += DAY

    def elsewhere():
        try:
            return reckon_due()
        finally:
            connection.close()

    with transaction.atomic():
        Standing.objects.select_for_update().get(pk=member.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(elsewhere).result(timeout=20) == 1
    assert reckon_due() == 1


# Caps of jobs


def test_a_tier_brings_its_cap_and_takes_it_along(member, gold, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        grant = make_grant(member, gold)
    assert set(Turn.objects.filter(owner_key=member.pk).values_list("tier_cap", flat=True)) == {6}
    with django_capture_on_commit_callbacks(execute=True):
        revoke(grant=grant)
    assert set(Turn.objects.filter(owner_key=member.pk).values_list("tier_cap", flat=True)) == {None}


def test_a_cap_that_was_not_written_when_a_process_died_is_written_by_the_clock(member, gold):
    make_grant(member, gold)  # nothing after commit happens here
    assert not Turn.objects.filter(owner_key=member.pk).exists()
    turn()
    assert set(Turn.objects.filter(owner_key=member.pk).values_list("tier_cap", flat=True)) == {6}
    assert push_caps() == 0


# Who is told that it ends


@pytest.mark.parametrize(
    ("lasts", "left", "is_told"),
    [
        (60 * DAY, 7 * DAY + INSTANT, False),
        (60 * DAY, 7 * DAY, True),
        (4 * DAY, 2 * DAY + INSTANT, False),
        (4 * DAY, 2 * DAY, True),
    ],
)
def test_what_ends_soon_is_told_once(member, gold, clock, lasts, left, is_told):
    end = clock.now + lasts
    make_grant(member, gold, starts_at=clock.now, ends_at=end)
    clock.now = end - left
    for _ in range(2):
        assert tell_ending() == 0 or is_told
    assert len(told(member, "grant.ending")) == int(is_told)


def test_what_is_renewed_elsewhere_or_goes_on_says_nothing(member, stranger, gold, clock):
    soon = clock.now + 3 * DAY
    make_grant(member, gold, source="patreon", starts_at=clock.now - 30 * DAY, ends_at=soon)
    make_grant(stranger, gold, starts_at=clock.now - 30 * DAY, ends_at=soon)
    make_grant(stranger, gold, starts_at=soon, ends_at=soon + 30 * DAY)
    tell_ending()
    assert not Notification.objects.filter(kind="grant.ending").exists()


def test_a_loss_is_told_only_where_nothing_as_high_is_left(member, stranger, gold):
    bronze = make_tier("Bronze", 10)
    for person, left in ((member, bronze), (stranger, make_tier("Platinum", 90))):
        make_grant(person, left)
        revoke(grant=make_grant(person, gold))
    assert told(member, "grant.ended") == ["Your Gold membership has ended. You have Bronze now."]
    assert told(stranger, "grant.ended") == []


# Who is told of members


def test_comings_and_goings_are_told_by_the_day(moderator, member, stranger, gold):
    creator = make_person("c", Role.CREATOR)
    grant = make_grant(member, gold)
    tell_changes()
    assert told(moderator, "member.new") == ["mila joined: Gold."]
    assert told(creator, "member.new") == []
    make_grant(stranger, gold)
    make_grant(creator, gold)
    revoke(grant=grant)
    assert tell_changes() == 3
    assert tell_changes() == 0
    assert told(moderator, "member.new") == ["c, sven and 1 other joined today."]
    assert told(moderator, "member.lost") == ["mila left."]


def test_ten_thousand_new_members_are_one_notification(moderator, gold):
    people = [make_person(f"p{number}") for number in range(3)]
    kinds = [(Change.NEW, 10_000)]
    MemberChange.objects.bulk_create(
        MemberChange(kind=kind, person=people[number % 3], after=[gold.pk])
        for kind, many in kinds
        for number in range(many)
    )
    tell_changes()
    (sentence,) = told(moderator, "member.new")
    assert sentence == "p0, p2 and 9998 others joined today."


def test_who_comes_by_patreon_is_told_by_patreon(member, moderator, gold):
    make_grant(member, gold, source="patreon")
    assert tell_changes() == 1
    assert told(moderator, "member.new") == []


def test_the_creator_of_a_connected_campaign_is_told_as_well(member, owner, gold, monkeypatch):
    monkeypatch.setattr(recipients, "_creators", [lambda: [owner.pk]])
    make_grant(member, gold)
    tell_changes()
    assert told(owner, "member.new") == ["mila joined: Gold."]


def test_a_grace_that_begins_is_no_change_of_members(member, moderator, gold, clock):
    make_grant(member, gold, starts_at=clock.now, ends_at=clock.now + DAY, grace_until=clock.now + 2 * DAY)
    assert MemberChange.objects.count() == 1
    clock.now += DAY
    turn()
    assert MemberChange.objects.count() == 1
    assert told(member, "grant.ended") == []


def test_changes_are_kept_for_thirty_days(member, gold):
    make_grant(member, gold)
    MemberChange.objects.update(at=timezone.now() - 31 * DAY)
    assert forget_changes() == 1


def test_managers_are_told_of_what_they_should_look_at(moderator, member, owner):
    assert recipients.tell_managers(kind="tier.unknown", text="Ko-fi names a tier “Glod”.", key="glod") == 1
    assert [note.person_id for note in Notification.objects.all()] == [moderator.pk]
    assert moderator.has_flag(Flag.MANAGE_MEMBERS)


def test_a_turn_without_anything_to_do_is_cheap(member, gold, django_assert_max_num_queries):
    make_grant(member, gold)
    turn()
    with django_assert_max_num_queries(24):
        turn()


def test_a_grant_that_is_given_anew_begins_to_count_at_its_instant(member, gold, clock):
    give(person_id=member.pk, tier=gold, source="staff", source_ref="r", starts_at=clock.now + DAY)
    assert Standing.objects.get(person=member).tiers == []
    clock.now += DAY
    turn()
    assert Standing.objects.get(person=member).tiers == [gold.pk]
    assert Grant.objects.count() == 1
