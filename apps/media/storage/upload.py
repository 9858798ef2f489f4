"""Large files in parts of one size.

A part is never sent twice: where an answer was lost and S3 refuses the repetition, the whole upload is given up and begun anew.
The last step is not repeatable either (the second time there is "no such upload"), so that whatever it answers, what counts is
whether the object is there with the right size and digest.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import create_transfer_manager
from botocore.exceptions import BotoCoreError, ClientError

from apps.media.storage.troubles import code_of

if TYPE_CHECKING:
    from apps.media.storage.bucket import MediaBucket

Check = Callable[[], None] | None
_AGAIN = frozenset(
    {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "NoSuchUpload", "RequestTimeout", "InternalError"}
)
_TRIES = 4
_LOOK_EVERY_S = 0.1
_PAUSE_S = 0.5


def upload(
    bucket: "MediaBucket",
    file: Path,
    key: str,
    extra: dict[str, Any],
    *,
    is_there: Callable[[], bool],
    check: Check = None,
) -> None:
    """Raises botocore's errors, and whatever `check` raises; then nothing of the upload stays."""
    for attempt in range(1, _TRIES + 1):
        try:
            _upload_once(bucket, file, key, extra, check)
        except (ClientError, BotoCoreError) as error:
            if is_there():
                return
            if attempt == _TRIES or (isinstance(error, ClientError) and code_of(error) not in _AGAIN):
                raise
            time.sleep(_PAUSE_S * attempt)
        else:
            return


def _upload_once(bucket: "MediaBucket", file: Path, key: str, extra: dict[str, Any], check: Check) -> None:
    """s3transfer gives the upload up itself where a part fails, or where this block is left with an exception."""
    with create_transfer_manager(bucket.client, bucket.transfer_config) as manager:
        future = manager.upload(str(file), bucket.bucket_name, key, extra_args=extra)
        while not future.done():
            if check:
                check()
            time.sleep(_LOOK_EVERY_S)
        future.result()
