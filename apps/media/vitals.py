"""Are FFmpeg and ffprobe there, and do they run?"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from apps.core import health
from apps.core.embedded import binaries
from apps.media.errors import ProgramError
from apps.media.ffmpeg.run import capture

_WALL_S = 5


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


def register_vitals() -> None:
    health.register("ffmpeg", _check(binaries.ffmpeg))
    health.register("ffprobe", _check(binaries.ffprobe))
