"""Taking a message in: verified by whoever calls, kept as it came, answered at once, worked on by a job.

The same message again is kept once. Everything here is three or four statements.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from apps.core.clock import database_now
from apps.core.errors import Conflict
from apps.core.state import transition
from apps.jobs.services.submit import submit
from apps.memberships.elsewhere import DELIVERY_MOVES, DeliveryState, Provider
from apps.memberships.models import KofiAccount, PatreonCampaign, WebhookDelivery
from apps.memberships.work import WEBHOOK, DeliveryParams

LARGEST_BYTES = 256 * 1024
SAME_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Message:
    """`once` is the provider's own id of it; empty where there is none. `subject` is whom or what it is about."""

    provider: Provider
    event: str
    body: str
    subject: str = ""
    once: str = ""
    headers: Mapping[str, str] | None = None
    campaign: PatreonCampaign | None = None
    account: KofiAccount | None = None


def take(message: Message) -> WebhookDelivery | None:
    """The delivery that was kept, with its job; None for a repetition."""
    digest = hashlib.sha256(f"{message.event}\n{message.body}".encode()).hexdigest()
    now = database_now()
    once = message.once or f"{digest[:48]}:{int(now.timestamp() // SAME_WITHIN.total_seconds())}"
    same = WebhookDelivery.objects.filter(campaign=message.campaign, account=message.account)
    known = same.filter(once=once)
    if not message.once:
        known = same.filter(digest=digest, received_at__gt=now - SAME_WITHIN)
    if _counted(known):
        return None
    try:
        with transaction.atomic():
            row = WebhookDelivery.objects.create(
                provider=message.provider,
                campaign=message.campaign,
                account=message.account,
                event=message.event[:60],
                digest=digest,
                once=once[:120],
                body=message.body,
                headers=dict(message.headers or {}),
                subject=message.subject[:80],
                received_at=now,
            )
            _submit(row)
    except IntegrityError:
        # The same came in twice at this moment.
        if not _counted(same.filter(once=once)):
            raise
        return None
    return row


def replay(*, delivery: WebhookDelivery) -> WebhookDelivery:
    """Works on it once more, as if it had just come. Raises Conflict while it waits."""
    with transaction.atomic():
        moved = transition(
            WebhookDelivery.objects.filter(pk=delivery.pk),
            moves=DELIVERY_MOVES,
            sources=[DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.FAILED],
            target=DeliveryState.WAITING,
            received_at=database_now(),
            note="",
        )
        if not moved:
            raise Conflict("This one is being worked on already.")
        delivery.refresh_from_db()
        _submit(delivery)
    return delivery


def close(*, delivery_id: UUID, state: DeliveryState, note: str) -> None:
    transition(
        WebhookDelivery.objects.filter(pk=delivery_id),
        moves=DELIVERY_MOVES,
        sources=[DeliveryState.WAITING],
        target=state,
        note=note[:300],
    )


def count_refused(row: PatreonCampaign | KofiAccount) -> None:
    """All that is kept of a message that was not what it said it was."""
    type(row).objects.filter(pk=row.pk).update(refused=F("refused") + 1, refused_at=Now())


def _counted(rows: QuerySet[Any]) -> bool:
    return bool(rows.update(repeats=F("repeats") + 1))


def _submit(row: WebhookDelivery) -> None:
    job = submit(kind=WEBHOOK, params=DeliveryParams(delivery_id=row.pk), subject=f"memberships.delivery:{row.pk}")
    WebhookDelivery.objects.filter(pk=row.pk).update(job_id=job.pk)
