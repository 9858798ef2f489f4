"""What must be true before anything starts. Each trouble is one sentence for whoever typed `make run`."""

import errno
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from apps.core import processes

PYTHONS = ((3, 11), (3, 12))
_MEBIBYTE = 1024 * 1024


class CannotStart(RuntimeError):
    """Why the site does not start; the message is the sentence."""


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    if version[:2] not in PYTHONS:
        said = ".".join(str(part) for part in version)
        raise CannotStart(f"Bandstand needs Python 3.11 or 3.12; this is Python {said}.")


def _reason(error: OSError) -> str:
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return "something that is not a folder is in its place"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    return (error.strerror or "it cannot be used").lower()


def check_folder(folder: Path) -> None:
    """Makes the folder where it is missing and tries to write into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
    except OSError as error:
        raise CannotStart(f"The folder {folder} cannot be written to: {_reason(error)}.") from error


def check_private(folder: Path) -> None:
    """Makes a folder that only we may enter, or refuses one that is somebody else's (it may lie in /tmp)."""
    check_folder(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotStart(f"The folder {folder} belongs to somebody else: remove it, or move BANDSTAND_DATA.")
    folder.chmod(0o700)


def check_disk(folder: Path, minimum: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < minimum:
        raise CannotStart(
            f"The disk of {folder} is nearly full: {free // _MEBIBYTE} MB are free, "
            f"and Bandstand wants at least {minimum // _MEBIBYTE} MB."
        )


def check_namespaces() -> None:
    """PostgreSQL refuses root, so root needs a user namespace to run it in."""
    if os.geteuid() != 0:
        return
    try:
        processes.spawn([sys.executable, "-S", "-c", ""], ordinary_user=True).wait()
    except subprocess.SubprocessError as error:
        raise CannotStart(
            "PostgreSQL does not run as root, and this machine allows no user namespaces: "
            "start Bandstand as an ordinary user, or set DATABASE_URL to a database elsewhere."
        ) from error


def listen(host: str, port: int) -> socket.socket:
    """The listening socket that the web server is given; taking it here means that no one else can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise CannotStart(f"BANDSTAND_HOST is {host}, which is no address of this machine.") from error
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotStart(_port_trouble(host, port, error)) from error
    return listener


def _port_trouble(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop that one, or choose another port (PORT=8001 make run)."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have: choose one above 1023 (PORT=8000 make run)."
    return f"Bandstand cannot listen on {host}, port {port}: {(error.strerror or 'it is refused').lower()}."
