"""The site on a free port of this machine, served as it always is."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command

_PATIENCE_S = 60


@contextmanager
def serving() -> Iterator[str]:
    """Yields the site's address; the server shares the database and the files of the measurement."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        line = [sys.executable, "-m", "daphne", "--fd", str(listener.fileno()), "-v", "0", "config.asgi:application"]
        server = subprocess.Popen(
            line, cwd=settings.PROJECT_DIR, pass_fds=[listener.fileno()], stdout=subprocess.DEVNULL
        )
        port = listener.getsockname()[1]
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=15)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode}.")
        probe = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        try:
            probe.request("GET", "/healthz")
            probe.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            probe.close()
    raise RuntimeError("The server does not answer.")
