"""What a trial's result depends on: when it changes, the result no longer counts."""

import hashlib
from functools import lru_cache
from pathlib import Path

from apps.core.embedded import binaries
from apps.media.ffmpeg.run import capture
from apps.streaming.encode.codecs import Device

_WALL_S = 10
# Raise it when encoders are told other things, so that they are tried anew.
_CODE_VERSION = 1


def fingerprint(device: Device) -> str:
    """A digest of FFmpeg's version and build and of the device's driver. Raises ProgramError where FFmpeg does not run."""
    program = binaries.ffmpeg()
    build = _build(program, program.stat().st_mtime_ns)
    return hashlib.sha256(repr([_CODE_VERSION, build, device]).encode()).hexdigest()


@lru_cache(maxsize=4)
def _build(program: Path, changed_ns: int) -> str:  # noqa: ARG001 (a new file under the same name)
    answer, _ = capture([str(program), "-version"], wall_s=_WALL_S)
    return answer.decode("utf-8", "replace")
