"""States of assets, and where files live."""

from django.db import models


class AssetState(models.TextChoices):
    STORED = "stored", "Stored"
    REMOVED = "removed", "Removed"


MOVES: dict[str, frozenset[str]] = {
    AssetState.STORED: frozenset({AssetState.REMOVED}),
    AssetState.REMOVED: frozenset(),
}


class Place(models.TextChoices):
    LOCAL = "local", "This site's disk"
    S3 = "s3", "S3"
