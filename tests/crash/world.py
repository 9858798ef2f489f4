"""A running site under observation: its rows read from outside, its processes found in /proc, what it published."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from apps.core import processes
from apps.core.embedded import leftovers
from apps.core.site_settings import FRESH_SECONDS
from apps.media.mp4.init import read_init
from apps.media.mp4.segment import read_runs
from tests.clips import ffmpeg
from tests.house.site import Site, manage, wait_until
from tests.streaming.reading import probe


class Kept(NamedTuple):
    """What is committed of one piece, and whose work the last of it is."""

    job_id: str
    epoch: int
    complete: bool
    segments: tuple[str, ...]


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
        return self.start is not None and leftovers.started_at(self.pid) == self.start


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _is_program(line: str) -> bool:
    """Also while it is still the script of `slow.py`."""
    return "ffmpeg" in line or "ffprobe" in line


def make_film(path: Path, *, seconds: int) -> Path:
    """A film with two rungs, sound and subtitles, of few pictures: what it costs is time alone (`slow.py`)."""
    pictures = f"testsrc2=s=854x480:r=10:d={seconds}"
    sound = f"sine=440:d={seconds}:r=48000"
    words = path.with_suffix(".srt")
    words.write_text("1\n00:00:01,000 --> 00:00:03,000\nHello\n")
    given = ("-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound, "-i", words)
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-g", "33", "-c:a", "aac", "-c:s", "srt")
    ffmpeg(*given, "-map", "0", "-map", "1", "-map", "2", *coding, path)
    return path


class World(Site):
    """A site whose sources are cut every 12 s and encoded one chunk at a time."""

    def __init__(self, data: Path, **env: str) -> None:
        super().__init__(data)
        self.env |= {"BANDSTAND_CHUNK_S": "12", "BANDSTAND_CPU_SLOTS": "1", **env}

    @cached_property
    def sockets(self) -> Path:
        return self.run

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection]:
        """A connection of our own, whose locks last as long as the block, or the database. Nothing of it is kept."""
        connection = psycopg.connect(host=str(self.sockets), user="bandstand", dbname="bandstand")
        try:
            yield connection
        finally:
            connection.close()

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
        said = self.manage("add", str(path))
        assert said.returncode == 0, said.stderr
        return said.stdout.split()[0]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return manage(*arguments, **self.env)

    def jobs(self, item: str) -> list[dict[str, Any]]:
        names = ("id", "kind", "state", "lease_epoch", "progress_done", "params", "waited", "staff_error", "error_code")
        rows = self.rows(
            "SELECT id::text, kind, state, lease_epoch, progress_done, params,"
            " extract(epoch FROM started_at - created_at)::float, staff_error, error_code"
            " FROM jobs_job WHERE subject = %s ORDER BY id",
            f"catalog.item:{item}",
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def kept(self, item: str) -> dict[tuple[str, int], Kept]:
        """What was committed of each piece of each rendition."""
        rows = self.rows(
            "SELECT r.name, o.index, o.job_id::text, o.epoch, o.complete, o.segments FROM streaming_chunkoutput o"
            " JOIN streaming_rendition r ON r.id = o.rendition_id JOIN streaming_generation g ON g.id = o.generation_id"
            " WHERE g.item_id = %s",
            item,
        )
        return {(row[0], row[1]): Kept(*row[2:5], tuple(segment["name"] for segment in row[5])) for row in rows}

    def claims(self, item: str) -> dict[str, int]:
        """How often each job about the item was begun, by its id."""
        query = (
            "SELECT j.id::text, count(*) FROM jobs_jobevent e JOIN jobs_job j ON j.id = e.job_id"
            " WHERE e.type = 'claimed' AND j.subject = %s GROUP BY 1"
        )
        return dict(self.rows(query, f"catalog.item:{item}"))

    def happened(self, item: str, event: str) -> list[str]:
        """The jobs about the item to which this happened, once for each time."""
        query = "SELECT j.id::text FROM jobs_jobevent e JOIN jobs_job j ON j.id = e.job_id WHERE j.subject = %s AND type = %s"
        return [row[0] for row in self.rows(query, f"catalog.item:{item}", event)]

    def history(self, job: str) -> list[tuple[Any, ...]]:
        """What happened to a job, for whoever reads why a test failed."""
        query = (
            "SELECT j.kind, e.type, e.at::text, e.detail::text, j.staff_error FROM jobs_jobevent e"
            " JOIN jobs_job j ON j.id = e.job_id WHERE j.id = %s ORDER BY e.id"
        )
        return self.rows(query, job)

    def workers(self, item: str) -> dict[int, str]:
        """The worker's main process for each child that has begun a job about the item and still lives."""
        query = (
            "SELECT e.detail->>'worker', j.kind FROM jobs_jobevent e JOIN jobs_job j ON j.id = e.job_id"
            " WHERE e.type = 'claimed' AND j.subject = %s"
        )
        children = {
            int(name.split(":")[1].split("#")[0]): kind for name, kind in self.rows(query, f"catalog.item:{item}")
        }
        return {processes.parent_of(pid): kind for pid, kind in children.items()}

    def alerts(self) -> list[tuple[str, str]]:
        return self.rows("SELECT event, subject FROM jobs_alert ORDER BY id")

    def change_setting(self, key: str, value: int) -> None:
        """Changes a site setting, as staff would. Returns when all processes know of it."""
        query = (
            "INSERT INTO core_sitesetting (key, value, updated_at) VALUES (%s, %s::jsonb, now())"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value RETURNING key"
        )
        self.rows(query, key, str(value))
        time.sleep(FRESH_SECONDS + 0.5)

    @property
    def seen(self) -> Path:
        """The data folder as we can look into it."""
        return self.data

    def folder(self, item: str) -> Path:
        return self.seen / "media" / "streams" / item / "g1"

    def files(self, item: str) -> dict[str, tuple[int, int]]:
        """Inode and time of writing of each segment that is committed."""
        folder = self.folder(item)
        names = {f"{name}/{segment}" for (name, _), kept in self.kept(item).items() for segment in kept.segments}
        found = {name: (folder / name).stat() for name in sorted(names)}
        return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}

    def programs(self) -> dict[int, str]:
        """Command lines of FFmpeg and ffprobe where they work for this very site."""
        found = {pid: command_of(pid) for pid in leftovers.find(self.sockets, str(self.data))}
        return {pid: line for pid, line in found.items() if _is_program(line) and str(self.data) in line}

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
    for rendition in sorted(path.parent for path in folder.glob("*/playlist.m3u8")):
        found[f"{rendition.name} playlist"] = (rendition / "playlist.m3u8").read_text()
        segments = sorted(rendition.glob("seg_*.m4s"))
        tracks = read_init((rendition / "init.mp4").read_bytes()) if segments else {}
        for segment in segments:
            runs = read_runs(segment.read_bytes(), tracks)
            found[f"{rendition.name}/{segment.name}"] = [
                (run.decode_start, run.presentation_start, run.samples, run.ticks) for run in runs
            ]
    return found


def _without_rates(master: str) -> str:
    """x264 with several threads does not give the same bytes twice; all else in the playlist must be equal."""
    return "\n".join(line.partition("BANDWIDTH=")[0] + line.partition("CODECS=")[2] for line in master.splitlines())


def packets(folder: Path) -> dict[str, list[str]]:
    """How many packets ffprobe, which is not ours, finds in each rendition. Anything that it complains of fails."""
    counting = ("-count_packets", "-show_entries", "stream=nb_read_packets")
    return {path.parent.name: probe(path, *counting) for path in sorted(folder.glob("[avs]*/playlist.m3u8"))}


def kill(process: Process, number: int) -> None:
    """Never 0 or 1: to the kernel they mean others than a process that is gone."""
    assert process.pid > 1
    assert process.runs
    os.kill(process.pid, number)
