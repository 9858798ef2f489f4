"""Telling a creator who came, changed and went: one notification of each kind for a sync, or for a day of webhooks."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from apps.memberships.enums import Change
from apps.memberships.kinds import MEMBER_CHANGED, MEMBER_LOST, MEMBER_NEW
from apps.memberships.models import PatreonCampaign, PatreonMember
from apps.memberships.services.staff import managers, tell

_NAMED = 3
KINDS = {Change.NEW: MEMBER_NEW, Change.CHANGED: MEMBER_CHANGED, Change.LOST: MEMBER_LOST}
_ONE = {
    Change.NEW: "{names} is a new member by {where}.",
    Change.CHANGED: "{names} has changed their tier at {where}.",
    Change.LOST: "{names} is no member by {where} any more.",
}
_MANY = {
    Change.NEW: "{count} new members by {where}: {names}.",
    Change.CHANGED: "{count} members have changed their tier at {where}: {names}.",
    Change.LOST: "{count} people are no members by {where} any more: {names}.",
}


@transaction.atomic
def tell_news(*, campaign: PatreonCampaign, since: datetime, key: str) -> None:
    """What has changed since then. The same `key` renews what the creator has not read yet. Call it last."""
    for change, kind in KINDS.items():
        members = PatreonMember.objects.filter(campaign=campaign, told_change=change, told_at__gte=since)
        text = sentence(change, members, "full_name", "Patreon")
        if text:
            url = reverse("patreon-members", args=[campaign.pk])
            people = [campaign.owner_id] if campaign.owner_id else managers()
            tell(people, kind=kind, text=text, url=url, key=f"{key}:{campaign.pk}")


def sentence(change: str, members: QuerySet[Any], name: str, where: str) -> str:
    """Nothing where there are none. Two queries."""
    names = [found or "somebody" for found in members.order_by("-told_at").values_list(name, flat=True)[:_NAMED]]
    if not names:
        return ""
    count = members.count()
    if count > len(names):
        shown = f"{', '.join(names)} and {count - len(names)} more"
    else:
        shown = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    words = _ONE if count == 1 else _MANY
    return words[Change(change)].format(names=shown, count=f"{count:,}", where=where)
