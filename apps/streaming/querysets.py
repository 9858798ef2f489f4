"""Adjectives for generations and playback sessions."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import F, QuerySet

from apps.streaming.enums import OPEN, SERVED, State

if TYPE_CHECKING:
    from apps.streaming.models import Generation, PlaybackSession  # noqa: F401


class GenerationQuerySet(QuerySet["Generation"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def served(self) -> Self:
        """Those whose files players may fetch."""
        return self.filter(state__in=SERVED)

    def open(self) -> Self:
        """Those that work goes on for."""
        return self.filter(state__in=OPEN)

    def wanted(self) -> Self:
        """Those that are made or played: what lies beside their renditions has a use."""
        return self.filter(state__in=(*OPEN, State.PUBLISHED))

    def playable(self) -> Self:
        """What players get: the published one, else the one that grows. At most one published; newest first."""
        return self.filter(state__in=(State.PUBLISHED, State.GROWING)).order_by(
            F("published_at").desc(nulls_last=True), "-number"
        )

    def of_item(self, item_id: UUID) -> Self:
        return self.filter(item_id=item_id)


class PlaybackSessionQuerySet(QuerySet["PlaybackSession"]):
    def live(self, now: datetime) -> Self:
        return self.filter(ended_at=None, expires_at__gt=now)
