"""The access decision as a query, and other adjectives for items."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from apps.catalog.access import Viewer
from apps.catalog.enums import Policy
from apps.core.flags import Flag

if TYPE_CHECKING:
    from apps.catalog.models import Item  # noqa: F401


class ItemQuerySet(QuerySet["Item"]):
    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """What the viewer may know of: everything published, also what is locked for them; their own; staff see all."""
        return self._granted(viewer, Q(published_at__lte=now))

    def playable_by(self, viewer: Viewer, now: datetime) -> Self:
        """What `decide` allows."""
        open_to = [Policy.PUBLIC, Policy.SIGNED_IN] if viewer.signed_in else [Policy.PUBLIC]
        return self._granted(viewer, Q(published_at__lte=now, policy__in=open_to))

    def trashed_for(self, viewer: Viewer) -> Self:
        """What the viewer may take back: their own; staff see all."""
        thrown = self.filter(trashed_at__isnull=False)
        if Flag.MODERATE in viewer.flags:
            return thrown
        return thrown.filter(owner_id=viewer.person_id) if viewer.signed_in else thrown.none()

    def _granted(self, viewer: Viewer, rule: Q) -> Self:
        kept = self.filter(trashed_at=None)
        if Flag.MODERATE in viewer.flags:
            return kept
        if viewer.signed_in:
            rule |= Q(owner_id=viewer.person_id)
        return kept.filter(rule)
