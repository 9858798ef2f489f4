"""Prices and limits as people read them."""

from collections.abc import Sequence

from django.template.defaultfilters import filesizeformat

from apps.memberships.entitlements import Limits

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_WHOLE_ONLY = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})


def price_of(cents: int | None, currency: str) -> str:
    """900 and EUR → €9; 950 and CHF → CHF 9.50; nothing for what has no price. Cents are hundredths, or whole yen."""
    if cents is None:
        return ""
    number = f"{cents:,}" if currency in _WHOLE_ONLY else f"{cents / 100:,.2f}".removesuffix(".00")
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency} {number}".strip()


def size(size_bytes: int) -> str:
    return filesizeformat(size_bytes).replace("\xa0", " ").replace(".0 ", " ")


def limits_in_words(limits: Limits) -> Sequence[str]:
    """What they bring, a short line each."""
    lines = [f"Watch in up to {limits.largest_height} lines" if limits.largest_height else "Watch in full quality"]
    if limits.downloads:
        lines.append("Keep items as files")
    if limits.storage_bytes is not None:
        lines.append(f"{size(limits.storage_bytes)} for what you upload")
    if limits.jobs_at_once is not None:
        lines.append(f"{limits.jobs_at_once} {'job' if limits.jobs_at_once == 1 else 'jobs'} at once")
    return lines
