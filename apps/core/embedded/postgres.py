"""PostgreSQL 16 on a unix socket: the cluster is made once, then the server is one child process.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace in which it is user 1000: no account is
made and no folder changes hands (docs/adr/0003-postgresql-under-root.md).
"""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from apps.core import processes
from apps.core.embedded import binaries

MAJOR = "16"
USER = "bandstand"
# The site's own socket folder and port; the port is only a part of the socket's name.
SOCKET_NAME = ".s.PGSQL.5432"
# SIGINT is PostgreSQL's "fast" shutdown: it ends the sessions, writes a checkpoint and leaves nothing to recover.
STOP_SIGNAL = signal.SIGINT
# For one that nobody waits for any more: fast, then without a checkpoint, then the hard way. Each is safe for the data.
STOP_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


class ClusterError(RuntimeError):
    """The data folder cannot be used; the message is one sentence for whoever starts the site."""


def check_version(data: Path) -> bool:
    """Whether a cluster is there already; raises ClusterError where another major version made it."""
    version = data / "PG_VERSION"
    if not version.is_file():
        return False
    found = version.read_text().strip()
    if found != MAJOR:
        raise ClusterError(
            f"The database in {data} was made by PostgreSQL {found}, and this Bandstand runs PostgreSQL {MAJOR}: "
            "use the Bandstand that made it, or bring its data over with pg_dump."
        )
    return True


def ensure_cluster(data: Path, *, durable: bool = True) -> bool:
    """Makes the cluster unless it is there; returns whether it was made. Raises ClusterError.

    A first start that was cut off leaves a draft beside it, never half a cluster in its place.
    """
    if check_version(data):
        return False
    if data.is_dir() and any(data.iterdir()):
        raise ClusterError(f"The folder {data} holds something that is no database: move that away first.")
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    line = [
        str(binaries.postgres("initdb")),
        "-D",
        str(draft),
        "-U",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    line = line if durable else [*line, "--no-sync"]
    made = spawn(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = made.communicate()[1].decode(errors="replace")
    if made.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise ClusterError(f"PostgreSQL could not make its folder {data}: {_reason(said)}.")
    if data.is_dir():
        data.rmdir()
    draft.rename(data)
    return True


def _reason(said: str) -> str:
    """The line of initdb's words that says why; those around it only say what it does next."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL:|error:|could not", line)]
    return (telling or lines or ["it gave no reason"])[0].rstrip(".")


def server_command(data: Path, socket_folder: Path, **settings: str) -> list[str]:
    """The server in the foreground, on a socket in `socket_folder` and on no network. Start it with `spawn`."""
    chosen = {
        "listen_addresses": "",
        # A comma would part the list of folders; PostgreSQL takes such a name in double quotes.
        "unix_socket_directories": '"{}"'.format(str(socket_folder).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "log_destination": "stderr",
        "log_line_prefix": "%m %b ",
        "timezone": "UTC",
        **settings,
    }
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries.postgres("postgres")), "-D", str(data), *options]


def spawn(
    line: list[str], *, stdout: processes.Stream = None, stderr: processes.Stream = None
) -> subprocess.Popen[bytes]:
    """Starts one of PostgreSQL's programs so that it does not meet root, and shuts down in order when we are killed."""
    return processes.spawn(
        line, stdout=stdout, stderr=stderr, death_signal=STOP_SIGNAL, ordinary_user=os.geteuid() == 0
    )


def clear_stale_lock(data: Path, socket_folder: Path) -> None:
    """Removes the lock files of a server that is gone. Call it only while holding the site's lock, with none running.

    PostgreSQL takes its lock for held as soon as *any* process has the number written in it, after a reboot too.
    """
    for path in (data / "postmaster.pid", socket_folder / f"{SOCKET_NAME}.lock", socket_folder / SOCKET_NAME):
        path.unlink(missing_ok=True)


def running_server(data: Path) -> int | None:
    """The process id of a server that runs on this very cluster (it keeps the folder as its working directory)."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        here = Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except (OSError, ValueError):
        return None
    return pid if here else None
