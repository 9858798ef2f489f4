"""What is forgotten after a while: messages hold names and addresses, which nobody needs once they were worked on."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from apps.memberships.models import KofiImport, SyncRun, WebhookDelivery

MESSAGES_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=90)
IMPORTS_KEPT = timedelta(days=1)
_BATCH = 2000


def forget_old(*, now: datetime) -> dict[str, int]:
    """How many of each went."""
    old: dict[str, QuerySet[Any]] = {
        "messages": WebhookDelivery.objects.filter(received_at__lt=now - MESSAGES_KEPT),
        "runs": SyncRun.objects.filter(started_at__lt=now - RUNS_KEPT),
        "imports": KofiImport.objects.filter(created_at__lt=now - IMPORTS_KEPT),
    }
    gone = dict.fromkeys(old, 0)
    for name, rows in old.items():
        while some := rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:_BATCH])).delete()[0]:
            gone[name] += some
    return gone
