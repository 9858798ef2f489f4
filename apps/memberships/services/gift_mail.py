"""Gifts on their way: the mail that brings the link, and one that reminds of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from apps.core.addresses import site_url
from apps.jobs.services.submit import submit
from apps.memberships.enums import GiftState
from apps.memberships.models import Gift
from apps.memberships.services.gifts import link_of
from apps.memberships.work import GIFT_MAIL, GiftMailParams

DELIVERY, REMINDER = "delivery", "reminder"
_MOST_AT_ONCE = 500


def hand_in_mails() -> int:
    """Queues a job for each mail whose time has come; asked for twice, it is queued once. Returns how many are due."""
    now = timezone.now()
    unsent = Gift.objects.claimable(now).filter(deliver_at__lte=now, delivered_at=None)
    unclaimed = Gift.objects.claimable(now).filter(remind_at__lte=now, reminded_at=None, delivered_at__isnull=False)
    return _hand_in(unsent, DELIVERY) + _hand_in(unclaimed, REMINDER)


def _hand_in(gifts: "QuerySet[Gift, Any]", occasion: str) -> int:
    ids = list(gifts.order_by("pk").values_list("pk", flat=True)[:_MOST_AT_ONCE])
    for pk in ids:
        params = GiftMailParams(gift_id=pk, occasion=occasion)
        submit(kind=GIFT_MAIL, params=params, idempotency_key=f"{GIFT_MAIL}:{pk}:{occasion}")
    return len(ids)


def send_gift_mail(*, gift_id: UUID, occasion: str) -> bool:
    """Sends it unless it has gone or is not wanted any more. Raises OSError where the mail server is away.

    A worker that is killed between the mail and the note that it went sends it twice.
    """
    gift = Gift.objects.select_related("tier", "made_by").filter(pk=gift_id, state=GiftState.OPEN).first()
    if gift is None or not gift.recipient_email or getattr(gift, _NOTED[occasion]) is not None:
        return False
    _written(gift, occasion).send()
    Gift.objects.filter(pk=gift.pk).update(**{_NOTED[occasion]: timezone.now(), "updated_at": timezone.now()})
    return True


_NOTED = {DELIVERY: "delivered_at", REMINDER: "reminded_at"}
_SUBJECTS = {DELIVERY: "A gift for you: {gift}", REMINDER: "Your gift waits: {gift}"}


def _written(gift: Gift, occasion: str) -> EmailMessage:
    shown = {
        "gift": gift,
        "link": link_of(gift),
        "reminder": occasion == REMINDER,
        "site_name": settings.SITE_NAME,
        "site": site_url(),
    }
    return EmailMessage(
        subject=_SUBJECTS[occasion].format(gift=gift),
        body=render_to_string("memberships/gift_mail.txt", shown),
        to=[gift.recipient_email],
    )
