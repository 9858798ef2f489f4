"""Accounts at Ko-fi: entering one, changing its token, what its tiers' names mean."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.activity import record
from apps.core.errors import Conflict, NotFound
from apps.memberships.models import KofiAccount, KofiTierName, Tier
from apps.memberships.models.patreon import new_key
from apps.memberships.permissions_of_sources import check_connect, check_map
from apps.memberships.services.kofi.supporters import follow_name

_MOST = 50


@transaction.atomic
def open_account(*, person: User, name: str, token: str) -> KofiAccount:
    check_connect(person)
    if KofiAccount.objects.filter(owner=person).count() >= _MOST:
        raise Conflict("That are very many accounts. Remove one first.")
    account = KofiAccount.objects.create(owner=person, name=name.strip(), token=token.strip())
    record("kofi.connected", actor=person, account=str(account.pk))
    return account


@transaction.atomic
def change_account(*, person: User, account: KofiAccount, name: str, token: str) -> None:
    """An empty token leaves the one that there is. The one before counts until `forget_earlier_token`."""
    row = KofiAccount.objects.select_for_update().get(pk=account.pk)
    row.name = name.strip()
    token = token.strip()
    if token and token != row.token:
        row.earlier_token, row.token = row.token, token
        record("kofi.token_changed", actor=person, account=str(row.pk))
    row.save()


@transaction.atomic
def forget_earlier_token(*, person: User, account: KofiAccount) -> None:
    row = KofiAccount.objects.select_for_update().get(pk=account.pk)
    row.earlier_token = ""
    row.save()
    record("kofi.token_forgotten", actor=person, account=str(row.pk))


@transaction.atomic
def end_account(*, person: User, account: KofiAccount) -> None:
    """Takes no messages any more; its address is another one if it is taken up again. What was paid for stays."""
    row = KofiAccount.objects.select_for_update().get(pk=account.pk)
    row.ended_at, row.key = timezone.now(), new_key()
    row.save()
    record("kofi.disconnected", actor=person, account=str(row.pk))


@transaction.atomic
def mean(*, person: User, account: KofiAccount, name: str, tier_id: UUID | None, annual: bool) -> KofiTierName:
    """Says what a tier's name at Ko-fi means here. Everybody whose newest payment has it gets that at once."""
    check_map(person)
    tier = Tier.objects.filter(pk=tier_id).first() if tier_id else None
    if tier_id and tier is None:
        raise NotFound("There is no such tier.")
    written = name.strip()[:120]
    row, _ = KofiTierName.objects.select_for_update().get_or_create(
        account=account, name=written.casefold(), defaults={"shown": written}
    )
    row.tier, row.annual, row.shown = tier, annual, row.shown or written
    row.save()
    record("kofi.tier_mapped", actor=person, account=str(account.pk), name=row.shown, tier=str(tier or ""))
    follow_name(name=row)
    return row
