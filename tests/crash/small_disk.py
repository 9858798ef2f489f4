"""A site whose files lie on a disk that can be filled to the last byte, where the system allows to make one."""

import os
import subprocess
import sys
from pathlib import Path

from apps.media.room import KEEP_FREE
from tests.crash.world import World
from tests.house.site import ROOT, clean_environment

_SIZE = "48m"
_LEFT = 16 * 1024  # so that something begins and meets the end
_MORE_THAN_THERE_IS = 1_000_000_000
# One disk for both folders, mounted twice: moving from one to the other is copying, as between two volumes.
_MOUNT = """set -e
mkdir -p "$1/small" "$1/media" "$1/work"
mount -t tmpfs -o size=$2,mode=0700 tmpfs "$1/small"
mkdir "$1/small/media" "$1/small/work"
mount --bind "$1/small/media" "$1/media"
mount --bind "$1/small/work" "$1/work"
shift 2
exec "$@"
"""


def _as_root() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How to enter a mount namespace of one's own, and how to follow somebody into theirs."""
    if os.geteuid() == 0:
        return ("unshare", "--mount", "--propagation", "private"), ("nsenter", "--mount")
    entering = ("unshare", "--user", "--map-root-user", "--mount", "--propagation", "private")
    return entering, ("nsenter", "--user", "--preserve-credentials", "--mount")


def can_mount() -> bool:
    entering, _ = _as_root()
    try:
        done = subprocess.run([*entering, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


class SmallDisk(World):
    """Media and work folder are a tmpfs that nobody but this site sees. We look into it through the supervisor's root."""

    def __init__(self, data: Path, **env: str) -> None:
        super().__init__(data, BANDSTAND_MIN_FREE_MB="0", **env)
        entering, self._following = _as_root()
        self.inside = (*entering, "sh", "-c", _MOUNT, "sh", str(data), _SIZE)

    @property
    def seen(self) -> Path:
        return Path(f"/proc/{self.process.pid}/root", *self.data.parts[1:])

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = [*self._following, f"--target={self.process.pid}", "--", sys.executable, str(ROOT / "manage.py")]
        env = clean_environment(**self.env)
        return subprocess.run([*line, *arguments], env=env, capture_output=True, text=True, timeout=120, check=False)

    def start(self) -> None:
        super().start()
        self.change_setting(KEEP_FREE, 0)

    @property
    def _ballast(self) -> Path:
        return self.seen / "small" / "ballast"

    def fill(self) -> None:
        free = os.statvfs(self.seen / "small")
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, max(1, free.f_bavail * free.f_frsize - _LEFT))

    def make_room(self) -> None:
        self._ballast.unlink()


class GreedySite(World):
    """Where nothing may be mounted: a site that wants to keep more room free than there is."""

    def __init__(self, data: Path, **env: str) -> None:
        super().__init__(data, BANDSTAND_MIN_FREE_MB="0", **env)

    def fill(self) -> None:
        self.change_setting(KEEP_FREE, _MORE_THAN_THERE_IS)

    def make_room(self) -> None:
        self.change_setting(KEEP_FREE, 0)
