"""What the pages of Patreon and Ko-fi show: a campaign that was read, one whose connection was lost, supporters, messages."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.accounts.models import User
from apps.memberships.models import (
    KofiAccount,
    KofiImport,
    KofiPayment,
    KofiSupporter,
    KofiTierName,
    PatreonCampaign,
    PatreonMember,
    PatreonTier,
    SyncRun,
    Tier,
    WebhookDelivery,
)


def source_things(owner: User, team: User) -> dict[str, str]:
    """Returns what the pages' paths may name. Tiers called Backstage and Front row are there already."""
    now, day = timezone.now(), timedelta(days=1)
    stage, front = Tier.objects.get(title="Backstage"), Tier.objects.get(title="Front row")
    campaign = PatreonCampaign.objects.create(
        campaign_id="700001", owner=owner, name="The Quiet Four", currency="EUR", refused=3, refused_at=now - day
    )
    PatreonCampaign.objects.create(campaign_id="700002", owner=owner, name="Night bus", link="lost")
    for key, title, cents, tier in (("1", "Free", 0, None), ("2", "Stalls", 700, front), ("3", "Wings", 1500, stage)):
        PatreonTier.objects.create(campaign=campaign, patreon_id=key, title=title, amount_cents=cents, tier=tier)
    PatreonTier.objects.create(campaign=campaign, patreon_id="4", title="Balcony", amount_cents=2500)
    run = {
        "campaign": campaign,
        "started_at": now - timedelta(hours=2),
        "ended_at": now - timedelta(hours=2, minutes=-1),
    }
    SyncRun.objects.create(state="failed", error="Patreon does not answer as it should.", **run)
    SyncRun.objects.create(state="done", pages=3, seen=1204, changed=17, granted=9, complete=True, **run)
    for number, (name, verdict) in enumerate(
        (("River Example", "entitled"), ("Robin Sample", "lapsing"), ("Fern Nothing", "nothing"), ("Ada Lang", "blank"))
    ):
        PatreonMember.objects.create(
            campaign=campaign,
            member_id=f"m{number}",
            full_name=name,
            email=f"{name.split()[0].lower()}@example.org",
            verdict=verdict,
            tier=stage if verdict != "nothing" else None,
            ends_at=now + 12 * day if verdict != "nothing" else None,
            person=team if number == 0 else None,
            last_charge_status="Paid",
            seen_at=now - timedelta(hours=2),
        )
    account = KofiAccount.objects.create(owner=owner, name="Olive’s page", token="x", earlier_token="y")
    for name, tier in (("Backstage", stage), ("Golden circle", None)):
        KofiTierName.objects.create(account=account, name=name.casefold(), shown=name, tier=tier)
    supporter = KofiSupporter.objects.create(
        account=account,
        email="robin@example.org",
        name="Robin Sample",
        tier=stage,
        tier_name="Backstage",
        paid_at=now - 3 * day,
        paid_until=now + 27 * day,
    )
    paid = {
        "account": account,
        "kind": "Subscription",
        "amount": Decimal(5),
        "currency": "EUR",
        "is_subscription": True,
    }
    KofiPayment.objects.create(message_id="1", supporter=supporter, name="Robin Sample", is_public=True, **paid)
    KofiPayment.objects.create(message_id="2", name="Ko-fi Supporter", tier_name="Backstage", **paid)
    said = {"digest": "0", "body": '{"data": {"type": "member", "id": "m0"}}', "received_at": now - day}
    delivery = WebhookDelivery.objects.create(
        provider="patreon",
        campaign=campaign,
        event="members:update",
        once="0",
        subject="m0",
        state="done",
        note="River Example: Paid until 2026-12-12",
        repeats=2,
        **said,
    )
    WebhookDelivery.objects.create(
        provider="kofi",
        account=account,
        event="Donation",
        once="1",
        state="failed",
        note="It was stopped.",
        **said,
    )
    row = {
        "paid_at": "2026-11-03T13:04:00+00:00",
        "name": "Robin Sample",
        "email": "robin@example.org",
        "amount": "5.00",
    }
    prepared = KofiImport.objects.create(
        account=account,
        rows=[{**row, "currency": "EUR", "kind": "Subscription", "tier_name": "Backstage", "is_subscription": True}],
        skipped=[{"line": 4, "why": "Its date cannot be read."}],
    )
    return {
        "campaign": str(campaign.pk),
        "kofi_account": str(account.pk),
        "delivery": str(delivery.pk),
        "import": str(prepared.pk),
    }
