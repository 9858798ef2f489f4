"""An account for somebody whose address the site knew before them, as of a supporter."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import activity
from apps.accounts.services.addresses import owner_of_address


@transaction.atomic
def welcome(*, email: str) -> User:
    """The account of whoever has just proved `email`: the one that was made meanwhile, or a new one without a password.

    The address counts as proved when the caller says so to allauth, which follows.
    """
    if person := owner_of_address(email):
        return person
    name = get_adapter().generate_unique_username(["listener"])
    person = User.objects.create_user(name, email.lower(), password=None)
    EmailAddress.objects.create(user=person, email=email.lower(), primary=True, verified=False)
    activity.record("account.made", actor=person, subject=person, way="code")
    return person
