"""A running site under observation: its rows read from outside, its processes found in /proc, what it published."""

import os
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from apps.core import processes
from apps.core.embedded import leftovers
from apps.media.mp4.init import read_init
from apps.media.mp4.segment import read_runs
from tests.clips import ffmpeg
from tests.house.site import Site, manage, wait_until

CHUNK = "streaming.encode_chunk"


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    start: str | None

    @classmethod
    def of(cls, pid: int) -> "Process":
        return cls(pid, leftovers.started_at(pid))

    @property
    def runs(self) -> bool:
        return leftovers.started_at(self.pid) == self.start


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def make_noise(path: Path, *, seconds: int, size: str) -> Path:
    """Pictures that cost an encoder time, with a tone."""
    pictures = f"testsrc2=s={size}:r=30:d={seconds},noise=alls=40:allf=t+u"
    sound = f"sine=440:d={seconds}:r=48000"
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-g", "60", "-c:a", "aac")
    ffmpeg("-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound, *coding, path)
    return path


class World(Site):
    """A site whose sources are cut every 8 s and encoded one chunk at a time."""

    def __init__(self, data: Path, **env: str) -> None:
        super().__init__(data)
        self.env |= {"BANDSTAND_CHUNK_S": "8", "BANDSTAND_CPU_SLOTS": "1", **env}

    @cached_property
    def sockets(self) -> Path:
        return self.run

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows; waits where the database is away for a moment."""

        def ask() -> list[list[tuple[Any, ...]]]:
            try:
                with psycopg.connect(
                    host=str(self.sockets), user="bandstand", dbname="bandstand", connect_timeout=5
                ) as connection:
                    return [connection.execute(query, values).fetchall()]
            except psycopg.OperationalError:
                return []

        return wait_until(ask, 90)[0]

    def add(self, path: Path) -> str:
        """Takes a file in; returns the item's id."""
        said = manage("add", str(path), **self.env)
        assert said.returncode == 0, said.stderr
        return said.stdout.split()[0]

    def jobs(self, item: str) -> list[dict[str, Any]]:
        names = ("id", "kind", "state", "lease_epoch", "progress_done", "params", "waited", "staff_error", "error_code")
        rows = self.rows(
            "SELECT id::text, kind, state, lease_epoch, progress_done, params,"
            " extract(epoch FROM started_at - created_at)::float, staff_error, error_code"
            " FROM jobs_job WHERE subject = %s ORDER BY id",
            f"catalog.item:{item}",
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def finished(self, item: str) -> dict[tuple[str, int], tuple[Any, ...]]:
        """What was committed of each part: whose attempt it was, and when."""
        rows = self.rows(
            "SELECT r.name, o.index, o.job_id::text, o.epoch, o.created_at FROM streaming_chunkoutput o"
            " JOIN streaming_rendition r ON r.id = o.rendition_id JOIN streaming_generation g ON g.id = o.generation_id"
            " WHERE g.item_id = %s",
            item,
        )
        return {(row[0], row[1]): row[2:] for row in rows}

    def claims(self, job_ids: list[str]) -> dict[str, int]:
        query = "SELECT job_id::text, count(*) FROM jobs_jobevent WHERE type = 'claimed' AND job_id = ANY(%s::uuid[])"
        return dict(self.rows(query + " GROUP BY 1", job_ids))

    def folder(self, item: str) -> Path:
        return self.data / "media" / "streams" / item / "g1"

    def files(self, item: str) -> dict[str, tuple[int, int]]:
        """Inode and time of writing of each segment."""
        found = {path: path.stat() for path in sorted(self.folder(item).rglob("seg_*.m4s"))}
        return {str(path.relative_to(self.folder(item))): (s.st_ino, s.st_mtime_ns) for path, s in found.items()}

    def encoders(self) -> dict[int, str]:
        """Command lines of the FFmpegs that work for this very site."""
        found = {pid: command_of(pid) for pid in leftovers.find(self.sockets, str(self.data))}
        return {
            pid: line for pid, line in found.items() if "ffmpeg" in line.split(" ", 1)[0] and str(self.data) in line
        }

    def orphans(self) -> set[int]:
        """Processes of this site that do not descend from its supervisor."""
        return {pid for pid in self.processes() if not self._descends(pid)}

    def _descends(self, pid: int) -> bool:
        while pid > 1:
            if pid == self.process.pid:
                return True
            pid = processes.parent_of(pid)
        return False


def published(folder: Path) -> dict[str, Any]:
    """A generation as players get it: playlists, and of each segment its times, its frames and its length."""
    found: dict[str, Any] = {"master": _without_rates((folder / "master.m3u8").read_text())}
    for rendition in sorted(path for path in folder.iterdir() if path.is_dir()):
        found[f"{rendition.name} playlist"] = (rendition / "playlist.m3u8").read_text()
        tracks = read_init((rendition / "init.mp4").read_bytes())
        for segment in sorted(rendition.glob("seg_*.m4s")):
            runs = read_runs(segment.read_bytes(), tracks)
            found[f"{rendition.name}/{segment.name}"] = [
                (run.decode_start, run.presentation_start, run.samples, run.ticks) for run in runs
            ]
    return found


def _without_rates(master: str) -> str:
    """x264 with several threads does not give the same bytes twice; all else in the playlist must be equal."""
    return "\n".join(line.partition("BANDWIDTH=")[0] + line.partition("CODECS=")[2] for line in master.splitlines())


def seconds_until(condition: Any, since: float, within: float) -> float:
    wait_until(condition, within)
    return round(time.monotonic() - since, 1)


def kill(process: Process, number: int) -> None:
    assert process.runs
    os.kill(process.pid, number)
