"""Workers whose clocks are wrong, beside those of a running site."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.core import processes
from apps.core.embedded import leftovers
from tests.crash.world import World
from tests.house.site import ROOT, clean_environment, wait_until

_OPTIONS = ("-Q", "cpu", "--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle")


@contextmanager
def worker_with_clock(world: World, name: str, shift_s: int) -> Iterator[int]:
    """One more encoder of the site, whose clock is so far ahead. Yields its process id once it has reported itself."""
    script = str(Path(__file__).with_name("wrong_clock.py"))
    line = [sys.executable, script, str(shift_s), "-A", "config", "worker", "-n", f"{name}@%h", *_OPTIONS]
    env = clean_environment(**world.env, PYTHONPATH=str(ROOT)) | {leftovers.MARK: str(world.data)}
    with (world.data / "log" / f"{name}.log").open("wb") as log:
        process = processes.spawn(line, env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: world.rows("SELECT 1 FROM jobs_worker WHERE name LIKE %s", f"{name}@%"), 120)
        yield process.pid
    finally:
        processes.stop(process, grace=20)
