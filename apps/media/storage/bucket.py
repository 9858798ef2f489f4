"""A bucket of any S3 service, spoken to so narrowly that the strictest one (MEGA S4) understands.

No ACLs, no checksums that were not asked for, parts of one size, never a part twice, and no trust in ETags: a digest of our
own goes along as `x-amz-meta-sha256`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from apps.media.enums import Place
from apps.media.errors import StorageTrouble
from apps.media.storage.keys import safe_key, safe_prefix
from apps.media.storage.troubles import told
from apps.media.storage.upload import upload

Check = Callable[[], None] | None
_MEBIBYTE = 1 << 20
_BLOCK = 8 * _MEBIBYTE
_TRIES = 3


@dataclass(frozen=True)
class ObjectFacts:
    """`sha256` is what we said when we stored it; empty for what others put there."""

    size_bytes: int
    etag: str
    modified_at: datetime
    sha256: str


@dataclass(frozen=True)
class Listed:
    key: str
    size_bytes: int
    modified_at: datetime


def client_config(addressing_style: str, **others: Any) -> Config:
    """Checksums only where S3 insists on them, and addresses in path style unless somebody knows better."""
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": addressing_style},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        **{
            "retries": {"mode": "standard", "max_attempts": 4},
            "connect_timeout": 5,
            "read_timeout": 60,
            "max_pool_connections": 50,
            **others,
        },
    )


class MediaBucket(S3Storage):  # type: ignore[misc]
    """Methods raise FileNotFoundError for what is not there and StorageTrouble for all else; they may be called in threads.

    `quick`: for whoever waits for an answer and would rather have a no than none.
    """

    place = Place.S3

    def __init__(self, *, quick: bool = False, **options: Any) -> None:
        patience = {"retries": {"max_attempts": 1}, "connect_timeout": 2, "read_timeout": 2} if quick else {}
        fixed = {
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "signature_version": "s3v4",
            "client_config": client_config(options.get("addressing_style", "path"), **patience),
            "transfer_config": TransferConfig(
                multipart_threshold=64 * _MEBIBYTE, multipart_chunksize=16 * _MEBIBYTE, max_concurrency=4
            ),
        }
        super().__init__(**{**fixed, **options})

    @cached_property
    def client(self) -> Any:
        """One for all threads: boto3's clients may be shared, its resources may not."""
        try:
            with told():
                return self.connection.meta.client
        except ValueError as error:
            raise StorageTrouble("S3_ENDPOINT_URL is no address: it begins with https://.") from error

    def facts(self, key: str) -> ObjectFacts:
        try:
            with told(key):
                found = self.client.head_object(Bucket=self.bucket_name, Key=safe_key(key))
        except StorageTrouble:
            with told(key):  # the answer to HEAD has no body: this one's says why
                self.client.list_objects_v2(Bucket=self.bucket_name, Prefix=key, MaxKeys=1)
            raise
        metadata = found.get("Metadata", {})
        return ObjectFacts(found["ContentLength"], found["ETag"], found["LastModified"], metadata.get("sha256", ""))

    def put(self, file: Path, key: str, *, sha256: str, headers: dict[str, str], check: Check = None) -> None:
        """Stores a file unless these very bytes are there. `headers` are what it is later served with, by S3's own names."""
        size = file.stat().st_size

        def is_there() -> bool:
            with suppress(FileNotFoundError):
                found = self.facts(key)
                return (found.size_bytes, found.sha256) == (size, sha256)
            return False

        if is_there():
            return
        extra = {**headers, "Metadata": {"sha256": sha256}}
        with told(key):
            if size < self.transfer_config.multipart_threshold:
                with file.open("rb") as body:
                    self.client.put_object(Bucket=self.bucket_name, Key=safe_key(key), Body=body, **extra)
            else:
                self.abandon_parts(key)
                upload(self, file, safe_key(key), extra, is_there=is_there, check=check)

    def read(self, key: str, first: int, last: int) -> Any:
        """The bytes from `first` to `last`, both included, as an open stream: `read(size)` and `close()`."""
        with told(key):
            found = self.client.get_object(Bucket=self.bucket_name, Key=safe_key(key), Range=f"bytes={first}-{last}")
        return found["Body"]

    def blocks(self, key: str, size_bytes: int) -> Iterator[bytes]:
        """All of it, piece by piece, so that a connection that breaks costs one piece."""
        for first in range(0, size_bytes, _BLOCK):
            yield self._block(key, first, min(first + _BLOCK, size_bytes) - 1)

    def _block(self, key: str, first: int, last: int) -> bytes:
        for _ in range(_TRIES - 1):
            with suppress(StorageTrouble):
                return self._read_all(key, first, last)
        return self._read_all(key, first, last)

    def _read_all(self, key: str, first: int, last: int) -> bytes:
        with told(key), closing(self.read(key, first, last)) as body:
            return bytes(body.read())

    def link(self, key: str, seconds: int) -> str:
        """An address that anybody may fetch the object from for so long."""
        with told(key):
            named = {"Bucket": self.bucket_name, "Key": safe_key(key)}
            return str(self.client.generate_presigned_url("get_object", Params=named, ExpiresIn=seconds))

    def listing(self, prefix: str) -> Iterator[Listed]:
        """Everything below a folder."""
        with told(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=safe_prefix(prefix)
            ):
                for found in page.get("Contents", ()):
                    yield Listed(found["Key"], found["Size"], found["LastModified"])

    def folders(self, prefix: str) -> Iterator[str]:
        """The names of the folders right below `prefix`, which ends with a slash."""
        with told(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=prefix, Delimiter="/"
            )
            for page in pages:
                for found in page.get("CommonPrefixes", ()):
                    yield found["Prefix"].removeprefix(prefix).rstrip("/")

    def remove_all(self, prefix: str) -> int:
        """Deletes everything below a folder, parts that were never put together too; returns how many objects there were."""
        names = [found.key for found in self.listing(prefix)]
        self.abandon_parts(prefix)
        self.remove(names)
        return len(names)

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes these objects. Those that are not there are none the less gone."""
        for start in range(0, len(keys), 1000):
            wanted = {"Objects": [{"Key": safe_key(key)} for key in keys[start : start + 1000]], "Quiet": True}
            with told(keys[start]):
                answer = self.client.delete_objects(Bucket=self.bucket_name, Delete=wanted)
                for error in answer.get("Errors", ())[:1]:
                    raise ClientError({"Error": error}, "DeleteObjects")

    def abandon_parts(self, prefix: str) -> None:
        """Ends uploads below `prefix` that a killed process began: their parts cost room and are seen nowhere.

        One that was killed in its last step may just be ending by itself: it is listed, and gone when it is to be ended.
        """
        with told(prefix):
            found = self.client.list_multipart_uploads(Bucket=self.bucket_name, Prefix=safe_key(prefix))
        for begun in found.get("Uploads", ()):
            with suppress(FileNotFoundError), told(prefix), suppress(self.client.exceptions.NoSuchUpload):
                self.client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=begun["Key"], UploadId=begun["UploadId"]
                )
