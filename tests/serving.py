"""The site's real server for a test: daphne on a free loopback port, on this run's test database and Redis.

Rows must be committed to be seen by it, so the test needs `@pytest.mark.django_db(transaction=True)`:

    with serving(BANDSTAND_REALTIME_OUTBOX="50") as site:
        httpx.get(site.url + "/healthz")
        connect(site.socket_url + "/ws/", additional_headers=site.cookies_of(member))  # websockets.sync.client
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent


def environment(*, database: str = "", **changes: str) -> dict[str, str]:
    """What a process of the site needs to share this test's Redis and database, or one of that name beside it; also fit for
    workers and commands.
    """
    known = connection.settings_dict
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgresql://{known['USER']}@/{database or known['NAME']}?host={quote(str(known['HOST']))}",
        "REDIS_URL": settings.REDIS_URL,
        **changes,
    }


class Site:
    """A running server. `stop`, `kill` and `start` keep the port, so that clients can come back to it."""

    def __init__(self, changes: dict[str, str], application: str) -> None:
        self.changes = changes
        self.application = application
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.listener.getsockname()[1]
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `serving`)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def cookies_of(self, person: Any) -> dict[str, str]:
        """Headers that speak for a signed-in person (a new session each time), with this site as the origin.

        They have just said their password, so that no page asks for it again.
        """
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Origin": self.url}

    def start(self) -> None:
        fd = self.listener.fileno()
        line = [sys.executable, "-m", "daphne", "--fd", str(fd), "-v", "0", self.application]
        self.process = subprocess.Popen(
            line, cwd=ROOT, env=environment(**self.changes), pass_fds=[fd], stdout=self.log, stderr=self.log
        )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"daphne ended with {self.process.returncode}:\n{self.output()}")
            try:
                probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                probe.request("GET", "/static/are-you-there")
                probe.getresponse()
            except OSError:
                continue
            finally:
                probe.close()
            return
        raise RuntimeError(f"daphne does not answer:\n{self.output()}")

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def output(self) -> str:
        """What the server has logged so far."""
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")


@contextmanager
def serving(*, application: str = "config.asgi:application", **changes: str) -> Iterator[Site]:
    """Starts the server with these environment variables changed; it is ended with the block."""
    site = Site(changes, application)
    try:
        site.start()
        yield site
    finally:
        site.end()
        site.listener.close()
        site.log.close()
