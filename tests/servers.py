"""PostgreSQL and Redis for one run of the tests: started in a temporary folder, ended with the run."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.core import processes
from apps.core.embedded import postgres, redis

# Fast and unsafe on purpose: nothing here outlives the run.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


def _wait_for_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket(socket.AF_UNIX) as probe:
            if path.exists() and probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{path} did not appear")


@contextmanager
def running() -> Iterator[Path]:
    """Starts both; yields the data folder whose `run/` holds their sockets."""
    folder = Path(tempfile.mkdtemp(prefix="bst-test-"))
    run = folder / "run"
    run.mkdir(mode=0o700)
    (folder / "redis").mkdir()
    started: list[subprocess.Popen[bytes]] = []
    try:
        postgres.ensure_cluster(folder / "postgres", durable=False)
        with (folder / "servers.log").open("wb") as log:
            database = postgres.server_command(folder / "postgres", run, **_FAST)
            started.append(postgres.spawn(database, stdout=log, stderr=log))
            cache = redis.server_command(folder / "redis", run / "redis.sock")
            started.append(processes.spawn(cache, stdout=log, stderr=log))
        for path, process in zip((run / postgres.SOCKET_NAME, run / "redis.sock"), started, strict=True):
            _wait_for_socket(path, process)
        yield folder
    finally:
        for process in started:
            processes.stop(process, grace=10, signal_number=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)
