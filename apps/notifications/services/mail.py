"""Notifications by mail: written when they are made, sent by a job a minute later, unless they were read meanwhile."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.core.addresses import site_url
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.notifications.conf import MAIL_AGAIN, MAIL_TRIES
from apps.notifications.kinds import find_kind
from apps.notifications.models import Notification
from apps.notifications.services.choose import unsubscribe_token
from apps.notifications.work import MAIL, MailParams

_MINUTE = 60
_BATCH = 100
_MOST_AT_ONCE = 1000
_logger = logging.getLogger(__name__)


def mail_at(due: datetime) -> None:
    """Has what is due by then sent soon after; asked for many times within a minute, it happens once."""
    minute = int(due.timestamp() // _MINUTE) + 1
    submit(
        kind=MAIL,
        params=MailParams(),
        priority=Priority.LOW,
        run_after=datetime.fromtimestamp(minute * _MINUTE, tz=due.tzinfo),
        idempotency_key=f"{MAIL}:{minute}",
    )


def send_due(*, check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Sends what is due; what cannot be sent now is due again later, and is given up after some hours.

    A worker that is killed between a mail and the note that it went sends that one mail twice. Returns the counts.
    """
    counts = {"sent": 0, "failed": 0}
    while sum(counts.values()) < _MOST_AT_ONCE:
        due = Notification.objects.filter(mail_due_at__lte=timezone.now()).select_related("person")
        rows = list(due.order_by("mail_due_at")[:_BATCH])
        if not rows:
            break
        sent = _send_all(rows, check)
        counts["sent"] += sent
        counts["failed"] += len(rows) - sent
    later = Notification.objects.filter(mail_due_at__isnull=False).order_by("mail_due_at").first()
    if later is not None and later.mail_due_at is not None:
        mail_at(max(later.mail_due_at, timezone.now()))
    return counts


def _send_all(rows: Sequence[Notification], check: Callable[[], None]) -> int:
    """By one connection; returns how many went."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        _logger.warning("The mail server is away: %s", error)
        for row in rows:
            _try_later(row)
        return 0
    try:
        return sum(_send(row, connection, check) for row in rows)
    finally:
        connection.close()


def _send(row: Notification, connection: BaseEmailBackend, check: Callable[[], None]) -> bool:
    check()
    wanted = bool(row.person.email) and row.person.is_active
    try:
        if wanted:
            _written(row, connection).send()
    except OSError as error:  # what smtplib raises is one
        _logger.warning("A notification could not be mailed: %s", error)
        _try_later(row)
        return False
    Notification.objects.filter(pk=row.pk).update(mail_due_at=None)
    return wanted


def _try_later(row: Notification) -> None:
    tries = row.mail_tries + 1
    again = timezone.now() + MAIL_AGAIN * 2 ** (tries - 1) if tries < MAIL_TRIES else None
    Notification.objects.filter(pk=row.pk).update(mail_tries=tries, mail_due_at=again)


def _written(row: Notification, connection: BaseEmailBackend) -> EmailMessage:
    """Plain text; the headers of RFC 8058 let mail programs unsubscribe by one click."""
    site = site_url()
    stop = site + reverse("unsubscribe", args=[unsubscribe_token(person_id=row.person_id, kind=row.kind)])
    shown = {
        "row": row,
        "kind": find_kind(row.kind).title,
        "link": f"{site}{row.url}" if row.url else f"{site}{reverse('notifications')}",
        "stop": stop,
        "site_name": settings.SITE_NAME,
    }
    return EmailMessage(
        subject=f"{settings.SITE_NAME}: {row.text}"[:150],
        body=render_to_string("notifications/mail.txt", shown),
        to=[row.person.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        connection=connection,
    )
