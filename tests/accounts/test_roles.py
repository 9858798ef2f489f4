"""Who carries which flag, and who may do what to whom: every pair, written down."""

from itertools import product

import pytest

from apps.accounts.enums import FLAGS_BY_ROLE, Role
from apps.accounts.models import Activity, User
from apps.accounts.permissions import can_change_person, can_give_role, can_impersonate
from apps.accounts.services.people import change_role, disable
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.flags import Flag, has_flag
from tests.conftest import make_person

CARRIES = {
    Role.OWNER: "view create rename delete moderate broadcast manage_members operate",
    Role.TEAM: "view create rename delete moderate manage_members operate",
    Role.CREATOR: "view create rename delete",
    Role.MEMBER: "view",
    Role.GUEST: "view",
}
# Who may change whom (role, name, disable), and who may see the site as whom.
CHANGES = {Role.OWNER: set(Role), Role.TEAM: {Role.CREATOR, Role.MEMBER, Role.GUEST}}
IMPERSONATES = {
    Role.OWNER: {Role.TEAM, Role.CREATOR, Role.MEMBER, Role.GUEST},
    Role.TEAM: {Role.CREATOR, Role.MEMBER, Role.GUEST},
}


@pytest.mark.parametrize(("role", "flag"), list(product(Role, Flag)))
def test_a_role_carries_a_flag_or_not(role, flag):
    person = User(username="x", role=role)
    assert has_flag(person, flag) == (flag.value in CARRIES[role].split())
    person.is_active = False
    assert not has_flag(person, flag)


def test_every_role_and_flag_is_written_down():
    assert set(FLAGS_BY_ROLE) == set(CARRIES) == set(Role)
    assert {flag for flags in CARRIES.values() for flag in flags.split()} == {flag.value for flag in Flag}


@pytest.mark.parametrize(("by", "whom"), list(product(Role, Role)))
def test_who_may_change_whom(by, whom):
    actor, person = User(username="a", role=by), User(username="b", role=whom)
    assert can_change_person(actor, person) == (whom in CHANGES.get(by, set()))
    assert can_impersonate(actor, person) == (whom in IMPERSONATES.get(by, set()))
    assert not can_change_person(actor, actor)
    assert not can_impersonate(actor, actor)


@pytest.mark.parametrize(("by", "whom", "role"), list(product(Role, Role, Role)))
def test_who_may_give_whom_which_role(by, whom, role):
    actor, person = User(username="a", role=by), User(username="b", role=whom)
    may = whom in CHANGES.get(by, set()) and role in CHANGES.get(by, set())
    assert can_give_role(actor, person, role) == may


def test_nobody_may_do_anything_to_a_superuser_but_superusers_and_owners():
    root = User(username="root", role=Role.MEMBER, is_superuser=True)
    assert not can_change_person(User(username="t", role=Role.TEAM), root)
    assert can_change_person(User(username="o", role=Role.OWNER), root)
    assert not can_give_role(User(username="o", role=Role.OWNER), root, Role.GUEST)
    assert not can_impersonate(User(username="o", role=Role.OWNER), root)


def test_a_role_is_given_and_noted(member):
    boss = make_person("boss", Role.OWNER)
    change_role(person_id=member.pk, role=Role.CREATOR, by=boss)
    member.refresh_from_db()
    assert member.role == Role.CREATOR
    line = Activity.objects.get(action="person.role_changed")
    assert (line.actor_name, line.subject_name) == ("boss", "mila")
    assert line.details == {"role": "creator", "role_before": "member"}


def test_the_last_owner_stays_one(db):
    boss, second = make_person("boss", Role.OWNER), make_person("second", Role.OWNER)
    change_role(person_id=second.pk, role=Role.MEMBER, by=boss)
    root = make_person("root", Role.TEAM, is_superuser=True)
    for act in (
        lambda: change_role(person_id=boss.pk, role=Role.TEAM, by=root),
        lambda: disable(person_id=boss.pk, reason="gone", by=root),
    ):
        with pytest.raises(Conflict, match="last owner"):
            act()
    boss.refresh_from_db()
    assert (boss.role, boss.is_active) == (Role.OWNER, True)


def test_rights_are_those_of_now_not_of_the_page_that_was_opened(moderator, member):
    User.objects.filter(pk=moderator.pk).update(role=Role.MEMBER)
    with pytest.raises(NotAllowed):
        disable(person_id=member.pk, reason="late", by=moderator)


def test_an_unknown_role_or_person_is_told(moderator, member):
    with pytest.raises(Invalid):
        change_role(person_id=member.pk, role="king", by=moderator)
    with pytest.raises(NotFound):
        change_role(person_id="01a1fa92-4c1d-772a-9648-450859e81660", role="member", by=moderator)
