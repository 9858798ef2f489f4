"""One supervisor per data folder: a lock that the kernel takes back however its holder ends."""

import fcntl
import json
import os
from pathlib import Path

from apps.core.embedded.checks import CannotStart

FILE_NAME = "site.lock"


class SiteLock:
    """Held from `take` until this process ends. The file says who holds it; what it says counts only while it is held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def take(self, url: str) -> None:
        """Raises CannotStart where another supervisor serves this data folder."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise CannotStart(_already(self.path)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode())
        self._descriptor = descriptor


def _already(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
    except (OSError, ValueError):
        return "Bandstand is already starting on this data folder."
    return f"Bandstand already runs on this data folder (process {holder['pid']}): {holder['url']}"


def holder(path: Path) -> str | None:
    """The address of the site that runs on this data folder, or None where none runs."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return str(json.loads(path.read_text())["url"])
        except (OSError, ValueError, KeyError):
            return ""
    else:
        return None
    finally:
        os.close(descriptor)
