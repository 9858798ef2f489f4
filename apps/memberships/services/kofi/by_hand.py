"""What staff do by hand, because Ko-fi says nothing of refunds, of years, or of whose address is whose."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.activity import record
from apps.core.errors import Conflict, Invalid
from apps.memberships.models import KofiPayment, KofiSupporter
from apps.memberships.permissions_of_sources import check_map
from apps.memberships.services.kofi.supporters import follow_payments


@transaction.atomic
def revoke_supporter(*, by: User, supporter: KofiSupporter) -> None:
    """Takes the tier back at once, for example after a refund. The next payment gives it again."""
    check_map(by)
    row = KofiSupporter.objects.select_for_update().get(pk=supporter.pk)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at", "updated_at"])
    record("kofi.revoked", actor=by, supporter=str(row.pk))
    follow_payments(supporter_id=row.pk, now=timezone.now())


@transaction.atomic
def set_annual(*, by: User, supporter: KofiSupporter, annual: bool | None) -> None:
    """None: told by the amount again."""
    check_map(by)
    row = KofiSupporter.objects.select_for_update().get(pk=supporter.pk)
    row.annual = annual
    row.save(update_fields=["annual", "updated_at"])
    record("kofi.period_set", actor=by, supporter=str(row.pk), annual=annual)
    follow_payments(supporter_id=row.pk, now=timezone.now())


@transaction.atomic
def assign_supporter(*, by: User, supporter: KofiSupporter, username: str) -> User:
    """Says who it is that pays from this address. Raises Conflict for one who has proved it themselves."""
    check_map(by)
    person = person_called(username)
    row = KofiSupporter.objects.select_for_update().get(pk=supporter.pk)
    if row.person_id not in {None, person.pk} and row.assigned_by_id is None:
        raise Conflict("Somebody has proved that this address is theirs.")
    row.person, row.assigned_by = person, by
    row.save(update_fields=["person", "assigned_by", "updated_at"])
    record("kofi.assigned", actor=by, subject=person, supporter=str(row.pk))
    follow_payments(supporter_id=row.pk, now=timezone.now())
    return person


@transaction.atomic
def assign_payment(*, by: User, payment: KofiPayment, email: str) -> KofiSupporter:
    """Puts a payment that came without an address to the supporter who has this one."""
    check_map(by)
    row = KofiPayment.objects.select_for_update().get(pk=payment.pk)
    if row.supporter_id is not None:
        raise Conflict("This payment has a supporter already.")
    if row.is_test or not row.is_subscription:
        raise Invalid("This payment is no membership.")
    supporter = KofiSupporter.objects.filter(account=row.account_id, email=email.strip().lower()).first()
    if supporter is None:
        supporter = KofiSupporter.objects.create(account=row.account, email=email.strip().lower(), name=row.name)
    row.supporter = supporter
    row.save(update_fields=["supporter", "updated_at"])
    record("kofi.payment_assigned", actor=by, payment=str(row.pk), supporter=str(supporter.pk))
    return follow_payments(supporter_id=supporter.pk, now=timezone.now())


def person_called(username: str) -> User:
    """By user name; raises Invalid."""
    person = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if person is None:
        raise Invalid("Nobody here is called that.", fields={"username": ["Nobody here is called that."]})
    return person
