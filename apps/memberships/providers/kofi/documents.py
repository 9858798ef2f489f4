"""Ko-fi's messages as frozen facts: one form field `data` with JSON in it. Extra keys are tolerated, missing ones left out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime

TEST_TRANSACTION = "00000000-1111-2222-3333-444444444444"
SUBSCRIPTION = "Subscription"
KNOWN_TYPES = frozenset({"Donation", SUBSCRIPTION, "Commission", "Shop Order"})
# Credentials and where things are sent to: neither is kept.
_NEVER_KEPT = ("verification_token", "shipping")
_MOST = Decimal(10) ** 9


@dataclass(frozen=True)
class PaymentFacts:
    """`paid_at` is never in the future. `email` is lower case, empty where Ko-fi sends none."""

    message_id: str
    transaction_id: str
    kind: str
    paid_at: datetime
    amount: Decimal
    currency: str
    is_subscription: bool
    is_first: bool
    tier_name: str
    name: str
    message: str
    email: str
    is_public: bool
    is_test: bool
    discord_id: str


def read(text: str) -> dict[str, Any] | None:
    """The message; None for what is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def token_of(document: Mapping[str, Any]) -> str:
    return _text(document.get("verification_token"), 200)


def kept(document: Mapping[str, Any]) -> str:
    """The message as it is kept: plain ASCII, whatever was in it."""
    return json.dumps({name: value for name, value in document.items() if name not in _NEVER_KEPT})


def kind_of(document: Mapping[str, Any]) -> str:
    return _text(document.get("type"), 40) or "?"


def message_id_of(document: Mapping[str, Any]) -> str:
    """Ko-fi's id of the message; without one, what it says is its id."""
    digest = hashlib.sha256(kept(document).encode()).hexdigest()
    return _text(document.get("message_id"), 80) or f"sha256:{digest}"


def payment_of(document: Mapping[str, Any], *, received_at: datetime) -> PaymentFacts:
    """A time that is no time is when it came, and so is one that lies ahead."""
    kind = kind_of(document)
    transaction = _text(document.get("kofi_transaction_id"), 80)
    at = _instant(document.get("timestamp"))
    return PaymentFacts(
        message_id=message_id_of(document),
        transaction_id=transaction,
        kind=kind,
        paid_at=at if at is not None and at <= received_at + timedelta(minutes=5) else received_at,
        amount=amount_of(document.get("amount")),
        currency=_text(document.get("currency"), 8).upper(),
        is_subscription=kind == SUBSCRIPTION and document.get("is_subscription_payment") is not False,
        is_first=document.get("is_first_subscription_payment") is True,
        tier_name=_text(document.get("tier_name"), 120),
        name=_text(document.get("from_name"), 200),
        message=_text(document.get("message"), 1000),
        email=email_of(document.get("email")),
        is_public=document.get("is_public") is True,
        is_test=transaction == TEST_TRANSACTION,
        discord_id=_text(document.get("discord_userid"), 40),
    )


def email_of(value: Any) -> str:
    """In lower case; empty for what is no address."""
    text = _text(value, 254).lower()
    name, sign, host = text.partition("@")
    return text if name and sign and "." in host and " " not in text else ""


def amount_of(value: Any) -> Decimal:
    """To the cent; 0 for what is no amount. Understands “1,234.50”, “1.234,50” and “€5”."""
    text = "".join(sign for sign in str(value) if sign.isdigit() or sign in ".,-")
    if "," in text and "." in text:
        decimal_point = max(text.rfind(","), text.rfind("."))
        text = text[:decimal_point].replace(",", "").replace(".", "") + "." + text[decimal_point + 1 :]
    try:
        found = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and abs(found) < _MOST else Decimal(0)


def _text(value: Any, longest: int) -> str:
    """What a column of text can hold: no NUL, no half of a character."""
    if not isinstance(value, str):
        return ""
    return value.encode(errors="replace").decode().replace("\0", "").strip()[:longest]


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or not 2010 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
