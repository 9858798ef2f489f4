"""Which storages there are: `STORAGES["media"]` is where new things will live, `STORAGES["s3"]` the bucket, if there is one."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.files.storage import InvalidStorageError, storages

from apps.core.errors import Conflict
from apps.media.enums import Place
from apps.media.errors import StorageTrouble

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket

_NO_BUCKET = "Something lives in S3, but S3_BUCKET is not set."


def home() -> Place:
    """Where what is finished goes."""
    return Place(getattr(storages["media"], "place", Place.LOCAL))


def has_bucket() -> bool:
    return "s3" in storages.backends


def check_bucket() -> None:
    """Raises Conflict where there is no other place to move anything to."""
    if not has_bucket():
        sentence = "There is no S3 to move to or from: set S3_BUCKET and what belongs to it (docs/howto/s3.md)."
        raise Conflict(sentence, code="no_bucket")


def bucket() -> "MediaBucket":
    """The bucket. Raises StorageTrouble where none is configured (any more)."""
    try:
        return cast("MediaBucket", storages["s3"])
    except InvalidStorageError as error:
        raise StorageTrouble(_NO_BUCKET) from error


def quick_bucket() -> "MediaBucket":
    """The bucket for whoever would rather have a no than wait. Raises StorageTrouble where none is configured."""
    if not has_bucket():
        raise StorageTrouble(_NO_BUCKET)
    made = storages.create_storage({**_entry(), "OPTIONS": {**bucket_options(), "quick": True}})
    return cast("MediaBucket", made)


def bucket_options() -> "dict[str, Any]":
    """What the operator has set: `bucket_name`, `region_name`, …"""
    return cast("dict[str, Any]", _entry()["OPTIONS"])


def _entry() -> "dict[str, Any]":
    return cast("dict[str, Any]", settings.STORAGES["s3"])
