"""A payment belongs to whoever has proved the address that it came from. What is not proved claims nothing."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from apps.memberships.models import KofiSupporter
from apps.memberships.services.kofi.supporters import follow_payments

if TYPE_CHECKING:
    from apps.accounts.models import User


def person_proving(email: str) -> UUID | None:
    """Whose verified address this is. One query."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).values_list("user_id", flat=True).first()
    return found if email else None


def is_known_address(email: str) -> bool:
    """Whether somebody pays at Ko-fi from this address, so that a code may be mailed to it."""
    return KofiSupporter.objects.filter(email=email.strip().lower()).exists()


@transaction.atomic
def claim(*, person: "User", email: str) -> int:
    """Gives the person what was paid from their verified address; returns how many supporters that were.

    What somebody else has proved or was assigned stays with them.
    """
    email = email.strip().lower()
    if not email or person_proving(email) != person.pk:
        return 0
    rows = list(KofiSupporter.objects.select_for_update(of=("self",)).filter(email=email, person=None).order_by("pk"))
    for row in rows:
        row.person = person
        row.save(update_fields=["person", "updated_at"])
        follow_payments(supporter_id=row.pk, now=timezone.now())
    return len(rows)


def email_was_proved(*, person: "User", email: str, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.email_proved`."""
    claim(person=person, email=email)


def email_was_confirmed(*, email_address: EmailAddress, **_: Any) -> None:
    """Receiver of allauth's `email_confirmed`."""
    claim(person=email_address.user, email=email_address.email)
