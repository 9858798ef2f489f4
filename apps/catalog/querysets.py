"""The access decision as a query, and other adjectives for items and collections."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Model, Q, QuerySet

from apps.catalog.access import Viewer
from apps.catalog.enums import AudienceKind
from apps.core.flags import Flag

if TYPE_CHECKING:
    from apps.catalog.models import Collection, Item  # noqa: F401

# Lower case, nothing else: titles are in any language. The index `item_title` is of exactly this.
TITLE_CONFIG = "simple"
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 8
_Thing = TypeVar("_Thing", bound=Model)


class Guarded(QuerySet[_Thing]):
    """Things with an owner, a policy, and instants of publication and trash.

    Which policies have a door open for the viewer is one list of ids: no row asks for itself.
    """

    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """What the viewer may know of: all that is published or has a step open, also what is locked for them; their own;
        staff see all.
        """
        begun = Q(published_at__lte=now) | Q(access__in=_policies().filter(first_opens_at__lte=now).values("pk"))
        return self._granted(viewer, Q(published_at__isnull=False) & begun)

    def playable_by(self, viewer: Viewer, now: datetime) -> Self:
        """What `decide` allows."""
        base = Q(published_at__lte=now) & Q(access__in=_policies().filter(_base_of(viewer)).values("pk"))
        after_steps = Q(access__base_waits_for=None) | Q(published_at__gt=F("access__base_waits_for"))
        step = Q(access__in=_steps().filter(_step_of(viewer), opens_at__lte=now).values("policy"))
        return self._granted(viewer, Q(published_at__isnull=False) & ((base & after_steps) | step))

    def managed_by(self, viewer: Viewer) -> Self:
        """What the viewer may change, the trash included: their own, as long as their role lets them; staff all."""
        if Flag.MODERATE in viewer.flags:
            return self
        if viewer.signed_in and Flag.RENAME in viewer.flags:
            return self.filter(owner_id=viewer.person_id)
        return self.none()

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


def _policies() -> "QuerySet[Any]":
    return apps.get_model("catalog", "AccessPolicy").objects.all()


def _steps() -> "QuerySet[Any]":
    return apps.get_model("catalog", "PolicyStep").objects.all()


def _base_of(viewer: Viewer) -> Q:
    """Policies whose base has a door, and holds the viewer."""
    held = Q(kind=AudienceKind.PUBLIC) | Q(kind=AudienceKind.RANK, rank__lte=viewer.rank)
    if viewer.signed_in:
        held |= Q(kind=AudienceKind.SIGNED_IN)
    if viewer.tiers:
        held |= Q(kind=AudienceKind.TIERS, tiers__overlap=sorted(viewer.tiers))
    return Q(base_opens=True) & held


def _step_of(viewer: Viewer) -> Q:
    held = Q(tiers=[], rank__lte=viewer.rank)
    return held | Q(tiers__overlap=sorted(viewer.tiers)) if viewer.tiers else held


class ItemQuerySet(Guarded["Item"]):
    def titled(self, text: str) -> Self:
        """Those whose titles have words that begin with each of the words given. An index range per word."""
        words = _WORD.findall(text)[:_MOST_WORDS]
        if not words:
            return self.none() if text.strip() else self
        wanted = SearchQuery(" & ".join(f"{word}:*" for word in words), config=TITLE_CONFIG, search_type="raw")
        return self.annotate(title_words=SearchVector("title", config=TITLE_CONFIG)).filter(title_words=wanted)


class CollectionQuerySet(Guarded["Collection"]):
    """Nothing of its own so far."""
