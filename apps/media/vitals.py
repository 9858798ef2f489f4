"""Are FFmpeg and ffprobe there, and do they run? Does S3 keep what it is given?"""

import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from apps.core import health
from apps.core.embedded import binaries
from apps.core.models import new_id
from apps.media.errors import ProgramError, StorageTrouble
from apps.media.ffmpeg.run import capture
from apps.media.storage.places import bucket_options, has_bucket, quick_bucket
from apps.media.storage.transfer import Piece, push

_WALL_S = 5
_TRUSTED_S = 60


@lru_cache(maxsize=8)
def _version(program: Path) -> str:
    """The first line of its version, asked once per program and process."""
    answer, _ = capture([str(program), "-version"], wall_s=_WALL_S)
    return answer.decode("utf-8", "replace").partition(" Copyright")[0]


def _check(find: Callable[[], Path]) -> Callable[[], str]:
    def check() -> str:
        try:
            return _version(find())
        except binaries.MissingProgram as error:
            raise health.Unwell(str(error)) from error
        except (ProgramError, OSError) as error:
            raise health.Unwell(f"A program that the site needs does not run: {error}.") from error

    return check


class BucketCheck:
    """Writes, reads and deletes one small object; what went well is not tried again for a minute."""

    def __init__(self) -> None:
        self._well_until = float("-inf")

    def __call__(self) -> str:
        options = bucket_options()
        if time.monotonic() >= self._well_until:
            if not options["region_name"]:
                raise health.Unwell("S3_REGION is missing: take the one that your provider names for the endpoint.")
            self._try()
            self._well_until = time.monotonic() + _TRUSTED_S
        return f"S3 keeps what is put into the bucket {options['bucket_name']}."

    def _try(self) -> None:
        prefix = f"probe/{new_id()}/"
        try:
            quick = quick_bucket()
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "probe")
                file.write_bytes(new_id().bytes)
                push(quick, Piece(f"{prefix}probe", file), lambda: None)
            quick.remove_all(prefix)
        except StorageTrouble as error:
            raise health.Unwell(error.detail) from error
        except FileNotFoundError as error:
            raise health.Unwell("What was put into the bucket was not there afterwards.") from error


def register_vitals() -> None:
    if has_bucket():
        health.register("s3", BucketCheck())
    health.register("ffmpeg", _check(binaries.ffmpeg))
    health.register("ffprobe", _check(binaries.ffprobe))
