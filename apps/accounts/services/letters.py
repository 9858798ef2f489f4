"""What we write to people about their account. Each letter is a template: its first line is the subject."""

from enum import StrEnum

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from apps.accounts.models import User
from apps.accounts.work import MAIL, MailParams
from apps.core.addresses import site_url
from apps.jobs.services.submit import submit


class Letter(StrEnum):
    EXPORT_READY = "export_ready"
    LEAVING = "leaving"
    GONE = "gone"


def send_later(person: User, letter: Letter) -> None:
    """By a job, after the commit; nothing for whoever has no address."""
    if person.email:
        submit(kind=MAIL, params=MailParams(person_id=person.pk, letter=letter), owner_id=None)


def send_letter(letter: Letter, address: str, name: str, **words: object) -> bool:
    """Whether there was an address to write to. Raises what the mail server says."""
    if not address:
        return False
    told = {"name": name, "site_name": settings.SITE_NAME, "site_url": site_url(), **words}
    subject, _, text = render_to_string(f"accounts/letters/{letter}.txt", told).strip().partition("\n")
    return bool(send_mail(subject.strip(), text.strip() + "\n", None, [address]))
