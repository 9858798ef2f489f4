"""What is kept of a person here, for the export of their own data."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.memberships.models import Gift, Grant, TrialClaim


def grants(person: Any) -> Iterator[Mapping[str, Any]]:
    rows = Grant.objects.filter(person=person).order_by("pk")
    yield from rows.values(
        "id", "tier__title", "source", "state", "starts_at", "ends_at", "grace_until", "paused_at", "revoked_at", "reason",
        "created_at",
    ).iterator()  # fmt: skip


def gifts(person: Any) -> Iterator[Mapping[str, Any]]:
    """Those that they made and those that they claimed; the links are secrets and stay here."""
    for how, rows in (
        ("made", Gift.objects.filter(made_by=person)),
        ("claimed", Gift.objects.filter(claimed_by=person)),
    ):
        wanted = ["id", "tier__title", "days", "state", "created_at", "claimed_at", "expires_at"]
        wanted += ["recipient_email", "message"] if how == "made" else []
        yield from ({"how": how, **row} for row in rows.order_by("pk").values(*wanted))


def trials(person: Any) -> Iterator[Mapping[str, Any]]:
    yield from TrialClaim.objects.filter(person=person).order_by("pk").values("identity", "tier__title", "claimed_at")
