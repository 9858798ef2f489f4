"""The access decision as a query, and other adjectives for items."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from apps.catalog.access import Viewer
from apps.catalog.enums import Policy
from apps.core.flags import Flag

if TYPE_CHECKING:
    from apps.catalog.models import Item  # noqa: F401

# Lower case, nothing else: titles are in any language. The index `item_title` is of exactly this.
TITLE_CONFIG = "simple"
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 8


class ItemQuerySet(QuerySet["Item"]):
    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """What the viewer may know of: everything published, also what is locked for them; their own; staff see all."""
        return self._granted(viewer, Q(published_at__lte=now))

    def playable_by(self, viewer: Viewer, now: datetime) -> Self:
        """What `decide` allows."""
        open_to = [Policy.PUBLIC, Policy.SIGNED_IN] if viewer.signed_in else [Policy.PUBLIC]
        return self._granted(viewer, Q(published_at__lte=now, policy__in=open_to))

    def managed_by(self, viewer: Viewer) -> Self:
        """What the viewer may change, the trash included: their own, as long as their role lets them; staff all."""
        if Flag.MODERATE in viewer.flags:
            return self
        if viewer.signed_in and Flag.RENAME in viewer.flags:
            return self.filter(owner_id=viewer.person_id)
        return self.none()

    def titled(self, text: str) -> Self:
        """Those whose titles have words that begin with each of the words given. An index range per word."""
        words = _WORD.findall(text)[:_MOST_WORDS]
        if not words:
            return self.none() if text.strip() else self
        wanted = SearchQuery(" & ".join(f"{word}:*" for word in words), config=TITLE_CONFIG, search_type="raw")
        return self.annotate(title_words=SearchVector("title", config=TITLE_CONFIG)).filter(title_words=wanted)

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
