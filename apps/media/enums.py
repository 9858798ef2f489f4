"""States of assets and uploads, and where files live."""

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


class UploadState(models.TextChoices):
    RECEIVING = "receiving", "Being received"
    CHECKING = "checking", "Being checked"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"


UPLOAD_MOVES: dict[str, frozenset[str]] = {
    UploadState.RECEIVING: frozenset({UploadState.CHECKING, UploadState.EXPIRED}),
    UploadState.CHECKING: frozenset({UploadState.DONE, UploadState.FAILED}),
    UploadState.DONE: frozenset(),
    UploadState.FAILED: frozenset(),
    UploadState.EXPIRED: frozenset(),
}

# States in which an upload holds room of its owner's quota.
OPEN = frozenset({UploadState.RECEIVING, UploadState.CHECKING})


class UploadRole(models.TextChoices):
    """tus' concatenation: several partial uploads, sent side by side, are put together by a final one."""

    WHOLE = "whole", "A file"
    PARTIAL = "partial", "A part of a file"
    FINAL = "final", "Put together from parts"
