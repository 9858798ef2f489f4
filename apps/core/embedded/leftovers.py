"""Processes that a killed supervisor left behind: found on the next start and ended, never anybody else's.

Two marks tell ours apart. Every part's process id is on file together with its start time, so a number that the kernel
has given to somebody else does not match; and every process that we start, with all that it starts in turn, carries
MARK in its environment. Signals go through a pidfd, which cannot come to mean another process in between.
"""

import os
import select
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

MARK = "BANDSTAND_SITE"


def started_at(pid: int) -> str | None:
    """When the process started, in kernel ticks since boot; None where there is none (or only its last breath)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def remember(folder: Path, name: str, pid: int) -> None:
    (folder / f"{name}.pid").write_text(f"{pid} {started_at(pid)}\n")


def forget(folder: Path, name: str) -> None:
    (folder / f"{name}.pid").unlink(missing_ok=True)


def _on_file(folder: Path) -> Iterator[int]:
    for path in folder.glob("*.pid"):
        pid, _, start = path.read_text().strip().partition(" ")
        if pid.isdigit() and start and started_at(int(pid)) == start:
            yield int(pid)


def _marked(mark: str) -> Iterator[int]:
    wanted = os.fsencode(f"{MARK}={mark}")
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment:
            yield int(folder.name)


def find(folder: Path, mark: str) -> set[int]:
    """Process ids of what still runs for the data folder `mark`, whose pid files are in `folder`."""
    return {pid for pid in (*_on_file(folder), *_marked(mark)) if started_at(pid)}


def end(pids: Iterable[int], signals: tuple[int, ...] = (signal.SIGKILL,), *, grace: float = 15.0) -> None:
    """Sends the first signal to all and waits until they are gone; who is still there gets the next one."""
    handles: dict[int, int] = {}
    for pid in pids:
        try:
            handles[pid] = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
    try:
        for number in signals:
            for handle in handles.values():
                _signal(handle, number)
            if _all_gone(handles.values(), grace):
                return
    finally:
        for handle in handles.values():
            os.close(handle)


def _signal(handle: int, number: int) -> None:
    try:
        signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return


def _all_gone(handles: Iterable[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    for handle in handles:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return False
    return True
