"""Adjectives for generations and playback sessions."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.streaming.conf import TEST_AGAIN_AFTER, TEST_TRUSTED_FOR
from apps.streaming.enums import OPEN, SERVED, State

if TYPE_CHECKING:
    from apps.streaming.models import EncoderTest, Generation, PlaybackSession  # noqa: F401


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


class EncoderTestQuerySet(QuerySet["EncoderTest"]):
    def of_host(self, host: str) -> Self:
        return self.filter(host=host)

    def due(self, now: datetime) -> Self:
        """Those to be repeated."""
        return self.filter(Q(tested_at__lt=now - TEST_AGAIN_AFTER) | Q(fingerprint=""))

    def trusted(self, now: datetime) -> Self:
        """Those that worked, and not too long ago."""
        return self.filter(works=True, tested_at__gt=now - TEST_TRUSTED_FOR).exclude(fingerprint="")


class PlaybackSessionQuerySet(QuerySet["PlaybackSession"]):
    def live(self, now: datetime) -> Self:
        return self.filter(ended_at=None, expires_at__gt=now)
