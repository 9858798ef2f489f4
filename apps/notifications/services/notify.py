"""Telling somebody something."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.realtime.hub import publish
from apps.notifications.conf import MAIL_AFTER
from apps.notifications.kinds import find_kind
from apps.notifications.models import Choice, Notification
from apps.notifications.services.mail import mail_at


@transaction.atomic
def notify(*, person_id: UUID, kind: str, text: str, url: str = "", key: str = "") -> Notification | None:
    """Tells a person as they have chosen: now and on their open pages, and by mail a minute later.

    With a `key`, an unread one about the same thing is renewed instead, and is not mailed again. Returns None where the
    person does not want to hear of this kind at all. Raises LookupError for a kind that nobody has registered. Costs four
    statements; call it last in a transaction.
    """
    on_site, by_mail = _wanted(person_id, kind)
    if not on_site and not by_mail:
        return None
    now = timezone.now()
    due = now + MAIL_AFTER if by_mail else None
    said = {"text": text[:300], "url": url}
    fresh = {**said, "person_id": person_id, "kind": kind, "key": key, "shown": on_site, "mail_due_at": due}
    if not on_site:
        row, made = Notification.objects.create(**fresh, read_at=now), False
    elif key:
        row, made = Notification.objects.update_or_create(
            person_id=person_id, kind=kind, key=key, read_at=None, defaults={**said, "updated_at": now},
            create_defaults=fresh,
        )  # fmt: skip
    else:
        row, made = Notification.objects.create(**fresh), True
    if due is not None and row.mail_due_at == due:
        transaction.on_commit(partial(mail_at, due))
    if on_site:
        publish(f"me:{person_id}", "notification" if made else "notification.renewed", ref=row.pk)
    return row


def notify_all(*, people: Iterable[UUID], kind: str, text: str, url: str = "", key: str = "") -> int:
    """The same to several, in the order of their ids; returns how many want to hear of it."""
    told = (notify(person_id=person, kind=kind, text=text, url=url, key=key) for person in sorted(set(people)))
    return sum(row is not None for row in told)


def _wanted(person_id: UUID, kind: str) -> tuple[bool, bool]:
    """On the site, and by mail."""
    usual = find_kind(kind)
    chosen = Choice.objects.filter(person_id=person_id, kind=kind).values_list("on_site", "by_mail").first()
    return chosen or (True, usual.by_mail)
