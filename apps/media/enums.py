"""States of assets."""

from django.db import models


class AssetState(models.TextChoices):
    STORED = "stored", "Stored"
    REMOVED = "removed", "Removed"


MOVES: dict[str, frozenset[str]] = {
    AssetState.STORED: frozenset({AssetState.REMOVED}),
    AssetState.REMOVED: frozenset(),
}
