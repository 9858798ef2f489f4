"""Who may do what with whom.

Nobody reaches above themselves: those who manage members change people whose flags are fewer than their own, and give roles
that carry fewer. Owners alone make and unmake the team and other owners. Nobody does any of it to themselves.
"""

from collections.abc import Callable

from apps.accounts.enums import FLAGS_BY_ROLE, Audience, Role
from apps.accounts.models import User
from apps.core.errors import AppError, Conflict, NotAllowed, NotFound
from apps.core.flags import Flag, has_flag

ALL = frozenset(Flag)


def reach(person: User) -> frozenset[Flag]:
    """What a person's role carries, also while the account is disabled."""
    return ALL if person.is_superuser else FLAGS_BY_ROLE[person.role]


def can_manage_people(by: object) -> bool:
    return has_flag(by, Flag.MANAGE_MEMBERS)


def check_manage_people(by: object) -> None:
    if not can_manage_people(by):
        raise NotAllowed("Only those who manage members may do this.")


def check_change_person(by: User, person: User) -> None:
    """Renaming, disabling and enabling somebody, and everything else that is done to them."""
    check_manage_people(by)
    if by.pk == person.pk:
        raise NotAllowed("You cannot do this to yourself.", code="yourself")
    if not (reach(by) == ALL or reach(person) < reach(by)):
        raise NotAllowed("This person may do as much here as you: only an owner can change that.", code="above_you")


def can_change_person(by: User, person: User) -> bool:
    return _allowed(check_change_person, by, person)


def check_give_role(by: User, person: User, role: str) -> None:
    check_change_person(by, person)
    if person.is_superuser and not by.is_superuser:
        raise NotAllowed("This person runs the machine: their role is changed there.", code="above_you")
    if not (reach(by) == ALL or FLAGS_BY_ROLE[role] < reach(by)):
        raise NotAllowed("Only an owner can give this role.", code="above_you")


def can_give_role(by: User, person: User, role: str) -> bool:
    return _allowed(check_give_role, by, person, role)


def check_impersonate(by: User, person: User) -> None:
    """Staff see the site as somebody who may do less than they: never as an owner, however high they stand themselves."""
    check_manage_people(by)
    if by.pk == person.pk:
        raise NotAllowed("You are yourself already.", code="yourself")
    if not reach(person) < reach(by):
        raise NotAllowed("You can only see the site as somebody who may do less here than you.", code="above_you")
    if not person.is_active or person.leaving_at:
        raise Conflict("This account is closed: nobody can be in it.", code="closed")


def can_impersonate(by: User, person: User) -> bool:
    return _allowed(check_impersonate, by, person)


def check_see_profile(viewer: object, person: User) -> None:
    """Raises NotFound: a hidden profile is as unknown as one that never was."""
    if not can_see_profile(viewer, person):
        raise NotFound("There is nobody here by this name.")


def can_see_profile(viewer: object, person: User) -> bool:
    """Nobody sees those who are disabled or leaving; else as the person has chosen. Themselves and staff always do."""
    if not person.is_active or person.leaving_at:
        return False
    if getattr(viewer, "pk", None) == person.pk or has_flag(viewer, Flag.MODERATE) or can_manage_people(viewer):
        return True
    if person.profile_seen_by == Audience.EVERYONE:
        return True
    return person.profile_seen_by == Audience.MEMBERS and bool(getattr(viewer, "is_active", False))


def check_not_the_last_owner(person: User) -> None:
    """Somebody must be left who may do everything. The caller's transaction keeps all owners from changing meanwhile."""
    owners = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True, leaving_at=None)
    keys = set(owners.order_by("pk").values_list("pk", flat=True))
    if keys <= {person.pk} and person.role == Role.OWNER:
        raise Conflict("This is the last owner. Make somebody else an owner first.", code="last_owner")


def _allowed(check: Callable[..., None], *who: object) -> bool:
    try:
        check(*who)
    except AppError:
        return False
    return True
