"""Writing a payment down, once, whatever its type; memberships then follow from all payments of a supporter."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.memberships.elsewhere import DeliveryState
from apps.memberships.models import KofiAccount, KofiPayment, KofiSupporter, WebhookDelivery
from apps.memberships.providers.kofi.documents import KNOWN_TYPES, PaymentFacts, payment_of, read
from apps.memberships.services.kofi.claim import person_proving
from apps.memberships.services.kofi.supporters import follow_payments

FROM_FILE = "csv:"


def take_payment(*, delivery: WebhookDelivery) -> tuple[DeliveryState, str]:
    """What became of the message, and a sentence about it for its log."""
    document = read(delivery.body)
    if delivery.account is None or document is None:
        return DeliveryState.IGNORED, "This is no message of Ko-fi."
    facts = payment_of(document, received_at=delivery.received_at)
    payment = store_payment(account=delivery.account, facts=facts)
    if facts.kind not in KNOWN_TYPES:
        return DeliveryState.IGNORED, f"“{facts.kind}” is a type that this site does not know; kept, and nothing else."
    if facts.is_test:
        return DeliveryState.DONE, "Ko-fi's test: kept, and nobody gets anything by it."
    if not facts.is_subscription:
        return DeliveryState.DONE, f"{facts.kind} of {payment}: kept. It is no membership."
    if payment.supporter is None:
        return DeliveryState.DONE, "There is no address with it: somebody has to say whose it is."
    return DeliveryState.DONE, sentence_about(payment.supporter)


@transaction.atomic
def store_payment(*, account: KofiAccount, facts: PaymentFacts) -> KofiPayment:
    """The payment; what was known already stays as it is. Its supporter's right follows, in the same transaction.

    One that a file tells of is known by its transaction, where Ko-fi has told of it before.
    """
    said = asdict(facts)
    said.pop("message_id")
    if facts.message_id.startswith(FROM_FILE) and facts.transaction_id:
        known = KofiPayment.objects.filter(account=account, transaction_id=facts.transaction_id).first()
        if known is not None:
            return known
    payment, made = KofiPayment.objects.get_or_create(account=account, message_id=facts.message_id, defaults=said)
    if not made:
        return payment
    if facts.is_subscription and not facts.is_test and facts.email:
        payment.supporter = supporter_of(account=account, email=facts.email)
        payment.save(update_fields=["supporter", "updated_at"])
        payment.supporter = follow_payments(supporter_id=payment.supporter.pk, now=timezone.now())
    return payment


def supporter_of(
    *, account: KofiAccount, email: str, prove: Callable[[str], UUID | None] = person_proving
) -> KofiSupporter:
    """Who pays from this address; a new one is whoever has proved it."""
    supporter, made = KofiSupporter.objects.get_or_create(account=account, email=email)
    if made or supporter.person_id is None:
        person_id = prove(email)
        if person_id is not None:
            supporter.person_id = person_id
            supporter.save(update_fields=["person", "updated_at"])
    return supporter


def sentence_about(supporter: KofiSupporter) -> str:
    if supporter.tier is None:
        return f"“{supporter.tier_name}” means nothing here yet: {supporter} waits until somebody says what it is."
    until = f"{supporter.tier} until {supporter.paid_until:%Y-%m-%d}"
    return f"{supporter}: {until}" + ("" if supporter.person_id else ". Nobody here has proved the address yet.")
