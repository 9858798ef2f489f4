"""A whole site of its own for a test: `manage.py up` as somebody would start it, in a folder that goes afterwards."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from apps.core.embedded import leftovers
from tests.house.gathered import gathered_once

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("DATABASE_URL", "POSTGRES_", "REDIS_", "BANDSTAND_", "DJANGO_", "PYTEST_", "PORT")


def clean_environment(**chosen: str) -> dict[str, str]:
    """The environment without what the test run itself has set; sites start without a demo unless one is asked for."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "BANDSTAND_DEMO": "0", **chosen}


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        line, cwd=ROOT, env=clean_environment(**env), capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds: float = 60.0):
    """The condition's value as soon as it is true; fails the test where it never is."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never came true: {condition}"
        time.sleep(0.05)
    return value


class Site:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.env = {"BANDSTAND_DATA": str(data), "PORT": str(self.port)}
        self.inside: tuple[str, ...] = ()  # what runs the supervisor in its own place, by `exec`
        self.process: subprocess.Popen[bytes] | None = None
        self.said = ""

    def start(self) -> None:
        """Starts it and waits for its last word, "Open http://…"; `said` is all that it told the terminal."""
        with gathered_once(self.data):
            self._start()

    def _start(self) -> None:
        output = self.data.parent / "terminal"
        with output.open("wb") as terminal:
            self.process = subprocess.Popen(
                [*self.inside, sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=clean_environment(**self.env),
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
            )
        wait_until(lambda: "\nOpen " in output.read_text() or self.process.poll() is not None, 180)
        self.said = output.read_text()
        assert self.process.poll() is None, self.said

    @property
    def run(self) -> Path:
        """Where its sockets lie: beside the data, or in the temporary folder where that path is too long."""
        program = "from config import paths; print(paths.RUN)"
        line = [sys.executable, "-c", program]
        said = subprocess.run(line, cwd=ROOT, env=clean_environment(**self.env), capture_output=True, check=True)
        return Path(os.fsdecode(said.stdout).strip())

    def pids(self) -> dict[str, int]:
        return {path.stem: int(path.read_text().split()[0]) for path in self.run.glob("*.pid")}

    def processes(self) -> set[int]:
        """All that still runs for it, its supervisor aside."""
        return leftovers.find(self.run, str(self.data))

    def get(self, path: str) -> tuple[int, str]:
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            caller.request("GET", path)
            answer = caller.getresponse()
            return answer.status, answer.read().decode()
        finally:
            caller.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        leftovers.end(self.processes())
        run = self.run
        shutil.rmtree(self.data, ignore_errors=True)
        if run.name.startswith("bandstand-"):
            shutil.rmtree(run, ignore_errors=True)


def password_in(said: str) -> str:
    return re.search(r"user name owner, password (\S+)", said).group(1)
