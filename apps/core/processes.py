"""Child processes that cannot outlive us.

Every child gets a session of its own (a Ctrl-C in the terminal reaches the parent alone) and a parent-death signal:
the kernel ends it when its parent ends, even by `kill -9`. That signal is bound to the *thread* that spawned the child,
so spawn from a thread that lives as long as the child should: the main thread, or the one that waits for it.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)

Stream = int | IO[bytes] | None


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(signal_number: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """This process gets `signal_number` when the thread that started it ends.

    Call it after any change of credentials, which clears it. `parent` is the process id that is expected: where that
    one has already ended, this process ends at once.
    """
    _prctl(_PR_SET_PDEATHSIG, signal_number)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _enter_user_namespace(user: int = 1000) -> None:
    """From here on this process looks like an ordinary user to itself; outside it stays who it was."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {uid} 1"), ("gid_map", f"{user} {gid} 1")):
        Path("/proc/self", name).write_text(line)


def _before_exec(death_signal: int, *, ordinary_user: bool) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        if ordinary_user:
            _enter_user_namespace()
        die_with_parent(death_signal, parent=parent)

    return prepare


def spawn(
    line: Sequence[str | os.PathLike[str]],
    *,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = None,
    stderr: Stream = None,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    death_signal: int = signal.SIGKILL,
    ordinary_user: bool = False,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts `line` in a session of its own; it gets `death_signal` when we end.

    With `ordinary_user` it runs in a user namespace in which it is user 1000: for programs that refuse to run as root.
    Raises OSError where the program is missing, and subprocess.SubprocessError where namespaces are not allowed.
    """
    return subprocess.Popen(
        [os.fspath(part) for part in line],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        start_new_session=True,
        pass_fds=tuple(pass_fds),
        # Between fork and exec only these few system calls happen: no import, no lock that another thread may hold.
        preexec_fn=_before_exec(death_signal, ordinary_user=ordinary_user),  # noqa: PLW1509
    )


def parent_of(pid: int) -> int:
    """The process that started `pid`, or 0 where there is no such process (any more)."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def signal_group(process: subprocess.Popen[bytes], signal_number: int) -> None:
    """Sends a signal to the child's whole group; a group that is gone is fine."""
    try:
        os.killpg(process.pid, signal_number)
    except ProcessLookupError:
        return


def stop(process: subprocess.Popen[bytes], grace: float = 5.0, *, signal_number: int = signal.SIGTERM) -> int:
    """Asks the child to end, waits `grace` seconds, then kills its whole group. Returns its exit status.

    A child that was waited for before is left alone: its number may belong to somebody else by now.
    """
    if process.returncode is not None:
        return process.returncode
    process.send_signal(signal_number)
    try:
        status = process.wait(grace)
    except subprocess.TimeoutExpired:
        signal_group(process, signal.SIGKILL)
        status = process.wait()
    signal_group(process, signal.SIGKILL)
    return status
