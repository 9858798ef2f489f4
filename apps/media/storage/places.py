"""Which storages there are: `STORAGES["media"]` is where new things will live, `STORAGES["s3"]` the bucket, if there is one."""

from typing import TYPE_CHECKING, cast

from django.core.files.storage import InvalidStorageError, storages

from apps.media.enums import Place
from apps.media.errors import StorageTrouble

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket


def home() -> Place:
    """Where what is finished goes."""
    return Place(getattr(storages["media"], "place", Place.LOCAL))


def has_bucket() -> bool:
    return "s3" in storages.backends


def bucket() -> "MediaBucket":
    """The bucket. Raises StorageTrouble where none is configured (any more)."""
    try:
        return cast("MediaBucket", storages["s3"])
    except InvalidStorageError as error:
        raise StorageTrouble("Something lives in S3, but S3_BUCKET is not set.") from error
