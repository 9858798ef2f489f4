"""What a supporter's payments add up to: a tier until a date, since Ko-fi tells of money that comes and of nothing else.

The newest payment counts, by its own time, so the order in which messages come does not matter.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from apps.core import site_settings
from apps.memberships.enums import Change, Source, State
from apps.memberships.kinds import TIER_UNKNOWN
from apps.memberships.models import Grant, KofiAccount, KofiPayment, KofiSupporter, KofiTierName, Tier
from apps.memberships.months import months_later
from apps.memberships.services.grant import give, revoke
from apps.memberships.services.patreon.news import KINDS, sentence
from apps.memberships.services.staff import managers, tell
from apps.memberships.settings_offered import GRACE
from apps.memberships.sources_offered import KOFI_ANNUAL_FROM

_BATCH = 500


@transaction.atomic
def follow_payments(*, supporter_id: UUID, now: datetime) -> KofiSupporter:
    """Reckons the supporter's tier and date from their payments, and makes the grant that."""
    supporter = KofiSupporter.objects.select_for_update(of=("self",)).select_related("account").get(pk=supporter_id)
    payments = KofiPayment.objects.filter(supporter=supporter, is_subscription=True, is_test=False)
    newest = payments.order_by("-paid_at", "-message_id").first()
    if newest is None:
        return supporter
    name = _tier_name(supporter.account, newest.tier_name)
    months = 12 if _is_annual(supporter, name, newest) else 1
    supporter.since = payments.aggregate(first=Min("paid_at"))["first"]
    supporter.name, supporter.tier_name = newest.name, newest.tier_name
    supporter.tier, supporter.paid_at = name.tier, newest.paid_at
    supporter.paid_until = months_later(newest.paid_at, months)
    _note_news(supporter, now)
    supporter.save()
    _settle(supporter)
    if name.tier is None:
        _tell_unknown(supporter.account, name)
    _tell(supporter, now)
    return supporter


def follow_name(*, name: KofiTierName) -> int:
    """After somebody has said what a name means: everybody whose newest payment has it. Returns how many."""
    supporters = KofiSupporter.objects.filter(account_id=name.account_id, tier_name__iexact=name.shown)
    found = list(supporters.order_by("pk").values_list("pk", flat=True))
    for supporter_id in found:
        follow_payments(supporter_id=supporter_id, now=timezone.now())
    return len(found)


def grace() -> timedelta:
    return timedelta(seconds=int(site_settings.get(GRACE)))


def _tier_name(account: KofiAccount, written: str) -> KofiTierName:
    """What the name means; one that is not known yet is noted."""
    name: KofiTierName = KofiTierName.objects.select_related("tier").get_or_create(
        account=account, name=written.casefold(), defaults={"shown": written}
    )[0]
    return name


def _tell_unknown(account: KofiAccount, name: KofiTierName) -> None:
    """Those who look after the members hear of it, once until they have read it."""
    shown = f"“{name.shown}”" if name.shown else "memberships without a tier"
    tell(
        [account.owner_id, *managers()],
        kind=TIER_UNKNOWN,
        text=f"Somebody pays at Ko-fi for {shown}, which means nothing here yet: nobody gets a tier by it.",
        url=reverse("kofi-account", args=[account.pk]),
        key=f"kofi:{account.pk}:{name.pk}",
    )


def _is_annual(supporter: KofiSupporter, name: KofiTierName, newest: KofiPayment) -> bool:
    """What staff know, else what is known of the tier, else the amount beside the tier's monthly price."""
    if supporter.annual is not None:
        return supporter.annual
    if name.annual:
        return True
    tier = name.tier
    if tier is None or not tier.price_cents or (tier.currency and newest.currency not in {"", tier.currency.upper()}):
        return False
    from_times = Decimal(str(site_settings.get(KOFI_ANNUAL_FROM)))
    return newest.amount * 100 >= from_times * tier.price_cents


def _settle(supporter: KofiSupporter) -> None:
    """A name that means nothing gives nothing, and takes nothing that was paid for before."""
    grant = Grant.objects.filter(source=Source.KOFI, source_ref=supporter.source_ref).first()
    if supporter.revoked_at and supporter.paid_at and supporter.revoked_at >= supporter.paid_at:
        if grant is not None:
            revoke(grant=grant, reason="Taken back by those who manage members.")
        return
    if supporter.person_id is None or supporter.tier is None or supporter.paid_until is None:
        return
    if grant is not None and _fits(grant, supporter):
        return
    give(
        person_id=supporter.person_id,
        tier=supporter.tier,
        source=Source.KOFI,
        source_ref=supporter.source_ref,
        starts_at=supporter.since or supporter.paid_at or supporter.paid_until,
        ends_at=supporter.paid_until,
        grace_until=supporter.paid_until + grace(),
        reason=f"“{supporter.tier_name or supporter.tier}” at Ko-fi",
    )


def _fits(grant: Grant, supporter: KofiSupporter) -> bool:
    has = (grant.person_id, grant.tier_id, grant.starts_at, grant.ends_at, grant.grace_until)
    wants = (
        supporter.person_id,
        supporter.tier_id,
        supporter.since,
        supporter.paid_until,
        supporter.paid_until + grace() if supporter.paid_until else None,
    )
    return has == wants and grant.state != State.REVOKED


def _counting(supporter: KofiSupporter, now: datetime) -> Tier | None:
    if supporter.revoked_at and supporter.paid_at and supporter.revoked_at >= supporter.paid_at:
        return None
    over = supporter.paid_until is None or now >= supporter.paid_until + grace()
    return None if over else supporter.tier


def _note_news(supporter: KofiSupporter, now: datetime) -> None:
    tier = _counting(supporter, now)
    if (tier.pk if tier else None) == supporter.told_tier_id:
        return
    lost, new = tier is None, supporter.told_tier_id is None
    supporter.told_change = Change.LOST if lost else Change.NEW if new else Change.CHANGED
    supporter.told_tier, supporter.told_at = tier, now


def _tell(supporter: KofiSupporter, now: datetime) -> None:
    """One notification of each kind a day."""
    if supporter.told_at == now:
        _tell_of(supporter.account, now)


def _tell_of(account: KofiAccount, now: datetime) -> None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for change, kind in KINDS.items():
        rows = KofiSupporter.objects.filter(account=account, told_change=change, told_at__gte=today)
        text = sentence(change, rows, "name", "Ko-fi")
        if text:
            people = [account.owner_id] if account.owner_id else managers()
            url = reverse("kofi-account", args=[account.pk])
            tell(people, kind=kind, text=text, url=url, key=f"day:{today:%Y-%m-%d}:{account.pk}")


def note_lapsed(*, now: datetime) -> int:
    """Those whose payment did not come: news for the creator. Their grants have ended by the clock."""
    noted = 0
    accounts: dict[UUID, KofiAccount] = {}
    late = KofiSupporter.objects.filter(told_tier__isnull=False, paid_until__lte=now - grace())
    while rows := list(late.select_related("account").order_by("pk")[:_BATCH]):
        KofiSupporter.objects.filter(pk__in=[row.pk for row in rows]).update(
            told_tier=None, told_change=Change.LOST, told_at=now, updated_at=now
        )
        accounts |= {row.account_id: row.account for row in rows}
        noted += len(rows)
    for account in accounts.values():
        with transaction.atomic():
            _tell_of(account, now)
    return noted
