"""Whether a user name is free for somebody, and giving it to them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.names import clean_username, is_reserved, look_of
from apps.accounts.services.activity import record
from apps.core.errors import Conflict, Invalid


def check_free_name(username: str, *, but: User | None = None) -> str:
    """The name in its one spelling, if nobody has it or one that looks like it. Raises Invalid. Two looks into indexes."""
    name = clean_username(username)
    if is_reserved(name):
        raise _taken("This name belongs to the site. Choose another one.")
    others = User.objects.everyone().exclude(pk=but.pk) if but else User.objects.everyone()
    if others.named(name).exists():
        raise _taken("Somebody has this name already.")
    if others.filter(name_look=look_of(name)).exists():
        raise _taken("This name looks too much like somebody else's.")
    return name


def rename(*, person: User, username: str, by: User, request: HttpRequest | None = None) -> None:
    """Gives somebody another user name; the old address of their profile leads nowhere then. Raises Invalid or Conflict."""
    name = clean_username(username)
    if name == person.username:
        return
    if name.lower() != person.username.lower():
        name = check_free_name(username, but=person)
    before = person.username
    try:
        with transaction.atomic():
            person.username = name
            person.save(update_fields=["username", "name_look", "updated_at"])
            record("person.renamed", actor=by, subject=person, request=request, old=before, new=name)
    except IntegrityError as error:
        person.username = before
        raise Conflict(
            "Somebody has this name already.", fields={"username": ["Somebody has this name already."]}
        ) from error


def validate_new_username(username: str) -> None:
    """For allauth, at sign-up: the same rules, as the error that forms know."""
    try:
        check_free_name(username)
    except Invalid as error:
        raise ValidationError(error.message, code=error.code) from error


# ACCOUNT_USERNAME_VALIDATORS
SIGN_UP_VALIDATORS: list[Any] = [validate_new_username]


def _taken(sentence: str) -> Invalid:
    return Invalid(sentence, code="name_taken", fields={"username": [sentence]})
