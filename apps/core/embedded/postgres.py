"""PostgreSQL 16 on a unix socket: the cluster is made once, then the server is one child process."""

import os
import subprocess
from pathlib import Path

from apps.core.embedded import binaries

MAJOR = "16"
USER = "bandstand"


class ClusterError(RuntimeError):
    """The data folder cannot be used; the message is one sentence for whoever starts the site."""


def command(program: str, *arguments: str) -> list[str]:
    """The command line for one of PostgreSQL's programs.

    PostgreSQL refuses to run as root. Root therefore starts it in a user namespace in which it is user 1000: no account
    is made and no folder changes hands (design.md, section 8).
    """
    line = [str(binaries.postgres(program)), *arguments]
    if os.geteuid() == 0:
        return ["unshare", "--user", "--map-user=1000", "--map-group=1000", *line]
    return line


def ensure_cluster(data: Path) -> bool:
    """Makes the cluster unless it is there; returns whether it was made. Raises ClusterError."""
    version = data / "PG_VERSION"
    if version.is_file():
        found = version.read_text().strip()
        if found != MAJOR:
            raise ClusterError(f"{data} was made by PostgreSQL {found}; this site runs PostgreSQL {MAJOR}.")
        return False
    made = subprocess.run(
        command(
            "initdb", "-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ClusterError(f"PostgreSQL could not make its folder {data}: {made.stderr.strip().splitlines()[-1]}")
    return True


def server_command(data: Path, socket_folder: Path, **settings: str) -> list[str]:
    """The server in the foreground, on a socket in `socket_folder` and on no network."""
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "log_destination": "stderr",
        "timezone": "UTC",
        **settings,
    }
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return command("postgres", "-D", str(data), *options)
