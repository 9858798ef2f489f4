"""Adjectives for jobs."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from apps.core.flags import Flag, has_flag
from apps.jobs.enums import LIVE

if TYPE_CHECKING:
    from apps.jobs.models import Job  # noqa: F401


class JobQuerySet(QuerySet["Job"]):
    def visible_to(self, person: object) -> Self:
        """Everybody sees their own jobs; who operates the site sees all."""
        if has_flag(person, Flag.OPERATE):
            return self
        owner_id = getattr(person, "pk", None)
        return self.filter(owner_id=owner_id) if owner_id else self.none()

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def roots(self) -> Self:
        """Without the parts that other jobs handed out."""
        return self.filter(parent=None)

    def search(self, text: str) -> Self:
        return self.filter(Q(kind__icontains=text) | Q(note__icontains=text) | Q(error_code__icontains=text))
