"""Payments from a file that Ko-fi's dashboard has exported. Its columns are not documented, so names are guessed kindly.

preview = prepare(account=account, by=person, raw=bytes)      # nothing counts yet
apply_import(by=person, prepared=preview)
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from apps.accounts.models import User
from apps.accounts.services.activity import record
from apps.core.errors import Invalid
from apps.memberships.models import KofiAccount, KofiImport
from apps.memberships.permissions_of_sources import check_map
from apps.memberships.providers.kofi.documents import TEST_TRANSACTION, PaymentFacts, amount_of, email_of
from apps.memberships.services.kofi.payments import FROM_FILE, store_payment

LARGEST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_SKIPPED_SHOWN = 50
# A column is found by its name without case, spaces and signs.
_COLUMNS = {
    "paid_at": ("datetimeutc", "datetime", "date", "timestamp", "paidat", "time", "created", "createdat"),
    "email": ("buyeremail", "email", "emailaddress", "supporteremail", "payeremail"),
    "name": ("from", "fromname", "name", "supporter", "buyername", "supportername"),
    "amount": ("received", "amount", "gross", "total", "price", "value"),
    "currency": ("currency", "currencycode"),
    "kind": ("transactiontype", "type", "kind", "category"),
    "tier_name": ("item", "tiername", "tier", "membershiptier", "membership", "product", "level"),
    "transaction_id": ("transactionid", "kofitransactionid", "txid", "id", "reference"),
}
_MEMBERSHIP_WORDS = ("subscription", "membership", "monthly", "tier", "recurring", "annual", "yearly")
_FORMATS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d")
_FORMULA = "=+-@\t\r"


@transaction.atomic
def prepare(*, account: KofiAccount, by: User, raw: bytes) -> KofiImport:
    """Reads the file and keeps its rows to be looked over. Raises Invalid with what is wrong with it as a whole."""
    check_map(by)
    if len(raw) > LARGEST_BYTES:
        raise Invalid("This file is larger than 5 MB: export a shorter time.")
    rows, skipped = [], []
    for number, (facts, trouble) in enumerate(_read(raw), start=2):
        if facts is None:
            skipped.append({"line": number, "why": trouble})
        else:
            rows.append(_stored(facts))
        if len(rows) > MOST_ROWS or len(skipped) > MOST_ROWS:
            raise Invalid(f"There are more than {MOST_ROWS:,} rows in this file: export a shorter time.")
    if not rows and not skipped:
        raise Invalid("There are no rows in this file.")
    return KofiImport.objects.create(account=account, by=by, rows=rows, skipped=skipped[:_MOST_SKIPPED_SHOWN])


def apply_import(*, by: User, prepared: KofiImport) -> dict[str, int]:
    """Takes the payments in; what is known already stays as it is. Returns how many were new and how many were known."""
    check_map(by)
    new = known = 0
    for row in prepared.rows:
        facts = _facts(row)
        with transaction.atomic():
            before = timezone.now()
            payment = store_payment(account=prepared.account, facts=facts)
        if payment.created_at >= before:
            new += 1
        else:
            known += 1
    with transaction.atomic():
        record("kofi.imported", actor=by, account=str(prepared.account_id), new=new, known=known)
        prepared.delete()
    return {"new": new, "known": known}


def _read(raw: bytes) -> Iterator[tuple[PaymentFacts | None, str]]:
    text = _decoded(raw)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(text.splitlines(), dialect)
    try:
        header = next(reader, [])
        places = _places(header)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _payment({name: row[place] for name, place in places.items() if place < len(row)})
    except csv.Error as error:
        raise Invalid("This file cannot be read as a table of values with commas (CSV).") from error


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Invalid("This file is no text.")


def _places(header: list[str]) -> dict[str, int]:
    """Field → column. Raises Invalid where a date or an amount cannot be found."""
    plain = ["".join(sign for sign in cell.lower() if sign.isalnum()) for cell in header]
    found = {}
    for field, names in _COLUMNS.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None:
            found[field] = place
    if "paid_at" not in found or "amount" not in found or "email" not in found:
        shown = ", ".join(cell for cell in header if cell)[:120] or "nothing"
        raise Invalid(
            f"Columns with a date, an amount and an address are needed. The first line of this file has: {shown}."
        )
    return found


def _payment(cells: Mapping[str, str]) -> tuple[PaymentFacts | None, str]:
    """The payment, or why the row is left out."""
    paid_at = _instant(cells.get("paid_at", ""))
    if paid_at is None:
        return None, "Its date cannot be read."
    if paid_at > timezone.now():
        return None, "Its date lies ahead."
    amount = amount_of(cells.get("amount", ""))
    if amount <= 0:
        return None, "It has no amount."
    kind = plain(cells.get("kind", ""))[:40]
    tier_name = plain(cells.get("tier_name", ""))[:120]
    is_subscription = any(word in kind.lower() for word in _MEMBERSHIP_WORDS) or (not kind and bool(tier_name))
    transaction_id = plain(cells.get("transaction_id", ""))[:80]
    email = email_of(plain(cells.get("email", "")))
    facts = PaymentFacts(
        message_id=_key(transaction_id, paid_at, email, str(amount)),
        transaction_id=transaction_id,
        kind=kind or "Subscription",
        paid_at=paid_at,
        amount=amount,
        currency=plain(cells.get("currency", ""))[:8].upper(),
        is_subscription=is_subscription,
        is_first=False,
        tier_name=tier_name if is_subscription else "",
        name=plain(cells.get("name", ""))[:200],
        message="",
        email=email,
        is_public=False,
        is_test=transaction_id == TEST_TRANSACTION,
        discord_id="",
    )
    return facts, ""


def plain(text: str) -> str:
    """Without the beginnings that make a spreadsheet take a text for a formula, here and wherever it is written again."""
    return text.strip().strip("'").lstrip(_FORMULA).strip()


def _key(transaction_id: str, paid_at: datetime, email: str, amount: str) -> str:
    """The same row is the same payment, however often a file is read."""
    said = transaction_id or f"{paid_at.isoformat()} {email} {amount}"
    return f"{FROM_FILE}{hashlib.sha256(said.encode()).hexdigest()[:48]}"


def _instant(text: str) -> datetime | None:
    text = text.strip().removesuffix(" UTC")
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)) is not None:
            found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        found = None
    for pattern in _FORMATS:
        if found is not None:
            break
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - made aware below
        except ValueError:
            continue
    if found is None or not 2010 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _stored(facts: PaymentFacts) -> dict[str, Any]:
    return {**asdict(facts), "paid_at": facts.paid_at.isoformat(), "amount": str(facts.amount)}


def _facts(row: Mapping[str, Any]) -> PaymentFacts:
    return PaymentFacts(
        **{**row, "paid_at": datetime.fromisoformat(row["paid_at"]), "amount": amount_of(row["amount"])}
    )
