"""Adjectives for assets and uploads."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from apps.core.flags import Flag, has_flag
from apps.media.enums import OPEN, AssetState, UploadRole

if TYPE_CHECKING:
    from apps.media.models import Asset, Upload  # noqa: F401


class AssetQuerySet(QuerySet["Asset"]):
    def visible_to(self, person: object) -> Self:
        """Files as such concern whoever brought them, and who operates the site; others meet items."""
        if has_flag(person, Flag.OPERATE):
            return self
        owner_id = getattr(person, "pk", None)
        return self.filter(owner_id=owner_id) if owner_id else self.none()

    def stored(self) -> Self:
        return self.filter(state=AssetState.STORED)


class UploadQuerySet(QuerySet["Upload"]):
    def visible_to(self, person: object) -> Self:
        """An upload concerns nobody but whoever sends it: not even whoever operates the site can go on with it."""
        owner_id = getattr(person, "pk", None)
        return self.filter(owner_id=owner_id) if owner_id else self.none()

    def listed(self) -> Self:
        """Files, not the parts that some clients send them in."""
        return self.exclude(role=UploadRole.PARTIAL)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)
