"""Whose an e-mail address is. Proving one never opens an account that somebody else made with it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models.functions import Lower

from apps.accounts.enums import Role
from apps.accounts.models import PersonalToken, User
from apps.accounts.services import activity
from apps.accounts.services.sessions import end_all_sessions
from apps.accounts.signals import person_shut_out

_OF_ANYBODY = (Role.MEMBER, Role.GUEST)


def owner_of_address(email: str) -> User | None:
    """Whom a code that was sent there may sign in: who has proved the address, or an account that has proved none yet.

    An address that is only written down in an account with other, proved ones is not theirs: whoever reads its letters
    must not land in that account. Nor is an unproved one of those to whom the site gave a role: it was not made by whoever
    came along, and a letter is not what they prove themselves by.
    """
    proved = EmailAddress.objects.filter(email=email.lower(), verified=True, user__is_active=True).select_related(
        "user"
    )
    if address := proved.first():
        person: User = address.user
        return person
    unproved = User.objects.annotate(low=Lower("email")).filter(low=email.lower(), is_active=True)
    return unproved.filter(role__in=_OF_ANYBODY, is_superuser=False).exclude(emailaddress__verified=True).first()


def is_free_address(email: str) -> bool:
    """Whether an account may be made with it: nobody has it, be the account open or not."""
    return not User.objects.annotate(low=Lower("email")).filter(low=email.lower()).exists() and not _proved(email)


def _proved(email: str) -> bool:
    return bool(EmailAddress.objects.filter(email=email.lower(), verified=True).exists())


@transaction.atomic
def prove_elsewhere(*, person: User, email: str) -> None:
    """A service that is believed has said whose this is. If it was not proved before, the account begins anew."""
    if _proved(email):
        return
    reclaim(person=person)
    EmailAddress.objects.get_or_create(user=person, email=email.lower(), defaults={"primary": True})
    EmailAddress.objects.filter(user=person, email=email.lower()).update(verified=True)


@transaction.atomic
def reclaim(*, person: User) -> None:
    """The first proof of an address takes every way in away that was there before: whoever made the account may be another.

    Without this, somebody could sign up with another's address, wait for them, and stay in the account with them.
    """
    had = bool(
        Authenticator.objects.filter(user=person).delete()[0]
        + SocialAccount.objects.filter(user=person).delete()[0]
        + PersonalToken.objects.filter(owner=person).delete()[0]
    )
    if person.has_usable_password():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        had = True
    end_all_sessions(person=person)
    person_shut_out.send(User, person=person)
    if had:
        activity.record("account.reclaimed", subject=person)
