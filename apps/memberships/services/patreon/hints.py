"""What a webhook of Patreon says is a hint: the member is read again, and what is found there counts.

So their order, their number and who sent them do not matter. A hint that came before the last look at its member began
needs no look of its own.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.core.clock import database_now
from apps.memberships.elsewhere import DeliveryState, Verdict
from apps.memberships.models import PatreonCampaign, PatreonMember, WebhookDelivery
from apps.memberships.providers.patreon.documents import MemberFacts
from apps.memberships.providers.patreon.rules import Right
from apps.memberships.services.patreon.asking import Asker
from apps.memberships.services.patreon.hooks import TRIGGERS
from apps.memberships.services.patreon.news import tell_news
from apps.memberships.services.patreon.observe import conclude, ground_of, observe, settle

_MEMBER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class Outcome:
    state: DeliveryState
    note: str


def member_named(body: str) -> str:
    """The id of the member that a message is about; empty for anything else, such as the portal's test."""
    try:
        data: Any = json.loads(body)["data"]
        key = data["id"]
        return key if data["type"] == "member" and _MEMBER_ID.fullmatch(key) else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def follow(*, delivery: WebhookDelivery, asker: Asker) -> Outcome:
    """Reads the member again and writes what is found. Raises PatreonError where that does not work now."""
    campaign = delivery.campaign
    if campaign is None or delivery.event not in TRIGGERS:
        return Outcome(DeliveryState.IGNORED, f"Nothing here depends on “{delivery.event[:60]}”.")
    if not delivery.subject:
        return Outcome(DeliveryState.IGNORED, "No member is named: this is a test, or of an older kind.")
    known = PatreonMember.objects.filter(campaign=campaign, member_id=delivery.subject).first()
    if known is not None and known.seen_at > delivery.received_at:
        return Outcome(DeliveryState.DONE, f"{known} was read after this had come: {_told(known)}")
    asked_at = database_now()
    facts = asker.member(delivery.subject)
    if facts is None:
        return _gone(campaign, known, delivery)
    if facts.campaign_id and facts.campaign_id != campaign.campaign_id:
        return Outcome(DeliveryState.IGNORED, "This is a member of another campaign.")
    return _write(campaign, facts, asked_at)


@transaction.atomic
def _write(campaign: PatreonCampaign, facts: MemberFacts, asked_at: Any) -> Outcome:
    seen = observe(campaign=campaign, members=[facts], asked_at=asked_at)
    row = PatreonMember.objects.get(campaign=campaign, member_id=facts.id)
    if seen.changed:
        _tell(campaign)
    return Outcome(DeliveryState.DONE, f"{row}: {_told(row)}"[:300])


@transaction.atomic
def _gone(campaign: PatreonCampaign, known: PatreonMember | None, delivery: WebhookDelivery) -> Outcome:
    """Patreon does not know the member. With its own word that they were deleted, that is twice the same; without, the next
    syncs decide.
    """
    if known is None:
        return Outcome(DeliveryState.DONE, "Patreon has no such member, and neither have we.")
    if delivery.event != "members:delete":
        return Outcome(DeliveryState.DONE, "Patreon has no such member now. The next syncs decide.")
    row, now = PatreonMember.objects.select_for_update(of=("self",)).get(pk=known.pk), timezone.now()
    if row.verdict not in {Verdict.ENDED, Verdict.NOTHING}:
        conclude(row, Right(Verdict.ENDED), now)
        row.save()
        settle([row], ground_of(campaign.pk), now)
        _tell(campaign)
    return Outcome(DeliveryState.DONE, f"{row} is no member at Patreon any more.")


def _tell(campaign: PatreonCampaign) -> None:
    """One notification of each kind for a day of webhooks."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    tell_news(campaign=campaign, since=today, key=f"day:{today:%Y-%m-%d}")


def _told(row: PatreonMember) -> str:
    until = f", until {row.ends_at:%Y-%m-%d}" if row.ends_at else ""
    return f"{row.get_verdict_display()}{until}"
