"""What the parts say, one file each, cut by size.

A part writes straight into its file (opened for appending), so that its words outlive us. To turn the file over we copy
it and cut it to nothing: the part goes on at the new end without being told.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO

MAXIMUM = 5 * 1024 * 1024
KEPT = 3
_TAIL = 4096


class PartLog:
    def __init__(self, folder: Path, name: str, *, maximum: int = MAXIMUM) -> None:
        self.path = folder / f"{name}.log"
        self.maximum = maximum

    def open(self) -> IO[bytes]:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "wb", buffering=0)

    def turn_over(self) -> bool:
        """Moves what is there to `<name>.log.1` once it is long enough; older ones move on and the oldest goes."""
        if not self.path.is_file() or self.path.stat().st_size < self.maximum:
            return False
        with contextlib.suppress(OSError):  # on a full disk the words go, and the site stays
            for number in range(KEPT, 1, -1):
                older = self._numbered(number - 1)
                if older.is_file():
                    older.replace(self._numbered(number))
            shutil.copyfile(self.path, self._numbered(1))
        os.truncate(self.path, 0)
        return True

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def last_line(self) -> str:
        """The last thing that the part said, to show beside the news of its end."""
        if not self.path.is_file():
            return ""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""
