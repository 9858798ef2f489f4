"""How reading at Patreon goes: for the studio's pages, the API, and `manage.py doctor`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from apps.memberships.elsewhere import DeliveryState, Link, RunState
from apps.memberships.models import KofiAccount, PatreonCampaign, PatreonMember, SyncRun, WebhookDelivery
from apps.memberships.models.patreon import PatreonTier

EVERY = timedelta(hours=5)
_LATE = 3 * EVERY


@dataclass(frozen=True)
class Health:
    """A campaign as it is now. `last` is the newest run of all, `good` the last one that came to its end."""

    campaign: PatreonCampaign
    last: SyncRun | None
    good: SyncRun | None
    members: int
    entitled: int
    unmatched: int
    unmapped: int
    failed_messages: int

    @property
    def next_at(self) -> datetime | None:
        return self.last.started_at + EVERY if self.last and self.campaign.link == Link.CONNECTED else None

    @property
    def trouble(self) -> str:
        """What somebody should know or do; empty while all is well."""
        campaign = self.campaign
        if campaign.link == Link.LOST:
            return campaign.trouble or "The connection was lost. Connect it again."
        if campaign.link == Link.ENDED:
            return ""
        if self.last is not None and self.last.state == RunState.FAILED:
            return self.last.error or "The last reading did not come to its end."
        if self.last is not None and self.last.started_at < timezone.now() - _LATE:
            return "It was not read for a long time: is the clock (beat) running?"
        return campaign.webhook_trouble

    @property
    def tone(self) -> str:
        if self.campaign.link == Link.LOST:
            return "error"
        return "warning" if self.trouble else "success" if self.campaign.link == Link.CONNECTED else ""


def healths_of(campaigns: Iterable[PatreonCampaign]) -> list[Health]:
    """Six queries, however many campaigns."""
    campaigns = list(campaigns)
    ids = [campaign.pk for campaign in campaigns]
    runs = SyncRun.objects.filter(campaign_id__in=ids)
    last = {run.campaign_id: run for run in runs.order_by("campaign_id", "-id").distinct("campaign_id")}
    good = runs.filter(state=RunState.DONE).order_by("campaign_id", "-id").distinct("campaign_id")
    ended = {run.campaign_id: run for run in good}
    paying = Q(verdict__in=["entitled", "blank", "lapsing"])
    members = PatreonMember.objects.filter(campaign_id__in=ids).values("campaign_id")
    counted = {
        row["campaign_id"]: row
        for row in members.annotate(
            all=Count("id"),
            entitled=Count("id", filter=paying),
            unmatched=Count("id", filter=paying & Q(person=None)),
        )
    }
    unmapped = _counts(
        PatreonTier.objects.filter(campaign_id__in=ids, tier=None, gone_at=None, amount_cents__gt=0).values(
            "campaign_id"
        )
    )
    failed = _counts(
        WebhookDelivery.objects.filter(campaign_id__in=ids, state=DeliveryState.FAILED).values("campaign_id")
    )
    nothing = {"all": 0, "entitled": 0, "unmatched": 0}
    return [
        Health(
            campaign=campaign,
            last=last.get(campaign.pk),
            good=ended.get(campaign.pk),
            members=counted.get(campaign.pk, nothing)["all"],
            entitled=counted.get(campaign.pk, nothing)["entitled"],
            unmatched=counted.get(campaign.pk, nothing)["unmatched"],
            unmapped=unmapped.get(campaign.pk, 0),
            failed_messages=failed.get(campaign.pk, 0),
        )
        for campaign in campaigns
    ]


def memberships_elsewhere() -> str:
    """For `/readyz` and `doctor`. A site without Patreon's answer still works, so this is never a reason to be unready."""
    healths = healths_of(PatreonCampaign.objects.exclude(link=Link.ENDED).order_by("name")[:20])
    accounts = KofiAccount.objects.filter(ended_at=None).count()
    if not healths and not accounts:
        return "neither Patreon nor Ko-fi is connected"
    told = [f"{health.campaign}: {health.trouble}" for health in healths if health.trouble]
    well = len(healths) - len(told)
    parts = [f"{well} of {len(healths)} campaigns at Patreon are well"] if healths else []
    parts += [f"{accounts} accounts at Ko-fi"] if accounts else []
    return "; ".join([", ".join(parts), *told])


def _counts(rows: Any) -> dict[object, int]:
    return {row["campaign_id"]: row["n"] for row in rows.annotate(n=Count("id"))}
