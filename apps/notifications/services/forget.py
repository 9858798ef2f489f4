"""Notifications are kept for 90 days."""

from collections.abc import Callable

from django.utils import timezone

from apps.notifications.conf import KEPT
from apps.notifications.models import Notification

_BATCH = 5000


def forget_old(*, check: Callable[[], None] = lambda: None) -> int:
    """Deletes what was made more than 90 days ago, read or not. Returns how many."""
    old = Notification.objects.filter(created_at__lt=timezone.now() - KEPT)
    count = 0
    while some := list(old.order_by("created_at").values_list("pk", flat=True)[:_BATCH]):
        check()
        count += Notification.objects.filter(pk__in=some).delete()[0]
    return count
