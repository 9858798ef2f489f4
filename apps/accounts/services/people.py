"""What staff do with people: another role, closing an account and opening it again. Felt everywhere at once."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.names import clean_display_name
from apps.accounts.permissions import check_change_person, check_give_role, check_not_the_last_owner
from apps.accounts.reasons import clean_reason
from apps.accounts.services.activity import record
from apps.accounts.services.impersonate import end_impersonations
from apps.accounts.services.sessions import end_all_sessions
from apps.accounts.signals import person_shut_out, role_changed
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.realtime.hub import recheck


@transaction.atomic
def change_role(*, person_id: UUID, role: str, by: User, request: HttpRequest | None = None) -> User:
    """Raises NotAllowed, NotFound, Invalid, or Conflict for the last owner. The same role again changes nothing."""
    person, by = _both(person_id, by)
    if role not in Role.values:
        raise Invalid(f"Roles are {', '.join(Role.values)}.", fields={"role": ["There is no such role."]})
    check_give_role(by, person, role)
    if person.role == role:
        return person
    check_not_the_last_owner(person)
    before, person.role = person.role, role
    person.save(update_fields=["role", "updated_at"])
    end_impersonations(person)
    record("person.role_changed", actor=by, subject=person, request=request, role=role, role_before=before)
    recheck(person.pk)
    role_changed.send(User, person=person, old=before, new=role)
    return person


@transaction.atomic
def rename_display(*, person_id: UUID, display_name: str, by: User, request: HttpRequest | None = None) -> User:
    """Another display name, for one that should not stand there. Raises NotAllowed, NotFound or Invalid."""
    person, by = _both(person_id, by)
    check_change_person(by, person)
    name = clean_display_name(display_name)
    if name != person.display_name:
        person.display_name = name
        person.save(update_fields=["display_name", "updated_at"])
        record("person.display_name_changed", actor=by, subject=person, request=request)
    return person


@transaction.atomic
def disable(*, person_id: UUID, reason: str, by: User, request: HttpRequest | None = None) -> User:
    """Closes an account: sign-ins, sockets and tokens end at once, playback within ten seconds. Nothing is deleted.

    Raises NotAllowed, NotFound, Invalid without a reason, or Conflict for the last owner. Twice is once.
    """
    person, by = _both(person_id, by)
    check_change_person(by, person)
    reason = clean_reason(reason)
    if not person.is_active:
        return person
    check_not_the_last_owner(person)
    person.is_active, person.disabled_at, person.disabled_reason = False, timezone.now(), reason
    person.save(update_fields=["is_active", "disabled_at", "disabled_reason", "updated_at"])
    record("person.disabled", actor=by, subject=person, request=request, reason=reason)
    shut_out(person)
    return person


@transaction.atomic
def enable(*, person_id: UUID, reason: str, by: User, request: HttpRequest | None = None) -> User:
    """Opens a closed account again; its owner has to sign in anew. Raises NotAllowed, NotFound, or Invalid."""
    person, by = _both(person_id, by)
    check_change_person(by, person)
    reason = clean_reason(reason)
    if person.is_active:
        return person
    person.is_active, person.disabled_at, person.disabled_reason = True, None, ""
    person.save(update_fields=["is_active", "disabled_at", "disabled_reason", "updated_at"])
    record("person.enabled", actor=by, subject=person, request=request, reason=reason)
    return person


def shut_out(person: User) -> None:
    """Ends all that somebody has open, inside the caller's transaction: sign-ins, sockets, playback."""
    User.objects.filter(pk=person.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)
    person.refresh_from_db(fields=["sign_in_epoch"])
    end_impersonations(person)
    person_shut_out.send(User, person=person)
    end_all_sessions(person=person)


def _both(person_id: UUID, by: User) -> tuple[User, User]:
    """Both as they are now, locked in the order of their ids. Raises Conflict if whoever acts was shut out meanwhile."""
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in=[person_id, by.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    if person_id not in found:
        raise NotFound("There is nobody like that.")
    if by.pk not in found:
        raise Conflict("Your own account is gone.")
    return found[person_id], found[by.pk]
