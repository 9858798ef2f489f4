"""The site on a free port of this machine, served as it always is."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
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
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=15)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode}.")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server does not answer.")
