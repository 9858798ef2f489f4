"""PostgreSQL and Redis in a folder of their own, for as long as a block runs: for tests and measurements."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.core import processes
from apps.core.embedded import postgres, redis

_PATIENCE_S = 60


@contextmanager
def servers(*, durable: bool, **settings: str) -> Iterator[Path]:
    """Starts both; yields the data folder whose `run/` holds their sockets. It is removed afterwards.

    `durable` is how the site runs them; without it nothing is flushed to disk, which is faster and loses all in a crash.
    """
    folder = Path(tempfile.mkdtemp(prefix="bst-test-"))
    run = folder / "run"
    run.mkdir(mode=0o700)
    (folder / "redis").mkdir()
    started: list[subprocess.Popen[bytes]] = []
    try:
        postgres.ensure_cluster(folder / "postgres", durable=durable)
        with (folder / "servers.log").open("wb") as log:
            database = postgres.server_command(folder / "postgres", run, **settings)
            started.append(postgres.spawn(database, stdout=log, stderr=log))
            cache = redis.server_command(folder / "redis", run / redis.SOCKET_NAME)
            started.append(processes.spawn(cache, stdout=log, stderr=log))
        for name, process in zip((postgres.SOCKET_NAME, redis.SOCKET_NAME), started, strict=True):
            wait_for_socket(run / name, process)
        yield folder
    finally:
        for process in started:
            processes.stop(process, grace=10, signal_number=postgres.STOP_SIGNAL)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Returns when the server takes connections; raises RuntimeError if it ends or takes a minute."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket(socket.AF_UNIX) as probe:
            if path.exists() and probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{path} did not appear")
