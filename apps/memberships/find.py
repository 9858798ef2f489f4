"""People and tiers as forms and scripts name them."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.core.keyset import uuid_or_none
from apps.memberships.models import Tier

R = TypeVar("R", bound=Model)


def find_person(text: str, *, field: str = "person") -> User:
    """By id, user name or address. Raises Invalid at `field`."""
    return _one(
        User.objects.all(), text, Q(username__iexact=text) | (Q(email__iexact=text) if "@" in text else Q()), field
    )


def find_tier(text: str, *, field: str = "tier") -> Tier:
    """By id or slug. Raises Invalid at `field`."""
    return _one(Tier.objects.all(), text, Q(slug=text), field)


def _one(rows: "QuerySet[R]", text: str, named: Q, field: str) -> R:
    pk: UUID | None = uuid_or_none(text)
    found = rows.filter(pk=pk).first() if pk else rows.filter(named).first()
    if found is None:
        raise Invalid(f"There is no {field} like that.", fields={field: [f"There is no {field} like that."]})
    return found
