"""Whose campaigns and accounts elsewhere somebody may look at and change."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from apps.core.flags import Flag, has_flag

M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(QuerySet[M]):
    """Rows that belong to a campaign or an account; `_owner` is the way to whoever connected it."""

    _owner = "owner"

    def managed_by(self, person: Any) -> Self:
        """One's own; all of them for those who manage members."""
        if getattr(person, "pk", None) is None:
            return self.none()
        if has_flag(person, Flag.MANAGE_MEMBERS):
            return self
        return self.filter(**{f"{self._owner}_id": person.pk}) if has_flag(person, Flag.CREATE) else self.none()


class OfCampaignQuerySet(OwnedQuerySet[M]):
    _owner = "campaign__owner"


class OfAccountQuerySet(OwnedQuerySet[M]):
    _owner = "account__owner"


class TrafficQuerySet(OwnedQuerySet[M]):
    """Belongs to a campaign or to an account."""

    def managed_by(self, person: Any) -> Self:
        if getattr(person, "pk", None) is None:
            return self.none()
        if has_flag(person, Flag.MANAGE_MEMBERS):
            return self
        own = Q(campaign__owner_id=person.pk) | Q(account__owner_id=person.pk)
        return self.filter(own) if has_flag(person, Flag.CREATE) else self.none()


def one_of(name: str, *fields: str) -> models.CheckConstraint:
    """At most one of these keys is set."""
    pairs = [(first, second) for place, first in enumerate(fields) for second in fields[place + 1 :]]
    condition = Q()
    for first, second in pairs:
        condition &= Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True})
    return models.CheckConstraint(condition=condition, name=name)
