"""Runs FFmpeg and ffprobe so that they cannot outlive, outgrow or hang us."""

import os
import resource
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from apps.core.processes import spawn, stop
from apps.media.conf import limits
from apps.media.errors import DiskFull, ProgramFailed, ProgramKilled, ProgramStalled, ProgramTooSlow
from apps.media.ffmpeg.pipes import SidePipe
from apps.media.ffmpeg.progress import Progress, ProgressReader

__all__ = ["Check", "Progress", "SidePipe", "capture", "feed", "run"]

STDERR_KEPT = 64 * 1024
_PART = 256 * 1024
_LOOK_EVERY_S = 0.1
_OUTSIDE_CAUSES = ("Cannot allocate memory", "Input/output error")
_FULL_CAUSES = ("No space left on device", "Disk quota exceeded")

Check = Callable[[], None]
Reader = Callable[[bytes], bool]
Listener = Callable[[bytes], bytes]


def run(
    line: Sequence[str],
    *,
    wall_s: float,
    on_progress: Callable[[Progress], None] | None = None,
    check: Check | None = None,
    pipes: Sequence[SidePipe] = (),
    listen: Listener | None = None,
    bound_addresses: bool = True,
) -> str:
    """Runs an FFmpeg line that writes `-progress` to its standard output. Returns the end of its stderr.

    `check` is called at least ten times a second; whatever it raises stops the program first. `pipes` are read beside
    standard output. `listen` gets stderr as it comes and returns what of it is worth keeping. Without `bound_addresses`
    only the memory that it writes to is bounded: drivers of graphics cards reserve far more addresses than they use.
    Raises ProgramError's kinds, and DiskFull where it says that; mostly it does not (see `apps.media.room`).
    """
    reader = ProgressReader(on_progress)
    ears = _Ears(reader, pipes, listen)
    memory = resource.RLIMIT_AS if bound_addresses else resource.RLIMIT_DATA
    return _contain(line, ears, wall_s=wall_s, stall_s=limits().stall_s, check=check, memory=memory)


def capture(
    line: Sequence[str], *, wall_s: float, max_bytes: int = 8 << 20, check: Check | None = None
) -> tuple[bytes, str]:
    """Runs a line whose standard output is the answer. Returns that and the end of its stderr."""
    answer = bytearray()

    def keep(part: bytes) -> bool:
        answer.extend(part)
        if len(answer) > max_bytes:
            raise ProgramFailed("it said too much")
        return True

    stderr = _contain(line, _Ears(keep), wall_s=wall_s, stall_s=wall_s, check=check)
    return bytes(answer), stderr


def feed(line: Sequence[str], read: Reader, *, wall_s: float, check: Check | None = None) -> str:
    """Runs a line and hands its standard output to `read` as it comes; `read` says whether that was progress."""
    return _contain(line, _Ears(read), wall_s=wall_s, stall_s=limits().stall_s, check=check)


class _Ears:
    """Who gets what the program says: standard output, further pipes, and stderr, of which the end is kept."""

    def __init__(self, read: Reader, pipes: Sequence[SidePipe] = (), listen: Listener | None = None) -> None:
        self.read = read
        self.pipes = pipes
        self._listen = listen
        self._tail = bytearray()

    @property
    def said(self) -> str:
        return self._tail.decode("utf-8", "replace")

    def complain(self, part: bytes) -> bool:
        self._tail += self._listen(part) if self._listen else part
        del self._tail[:-STDERR_KEPT]
        return False


def _contain(
    line: Sequence[str],
    ears: _Ears,
    *,
    wall_s: float,
    stall_s: float,
    check: Check | None,
    memory: int = resource.RLIMIT_AS,
) -> str:
    process = spawn(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[pipe.inlet for pipe in ears.pipes])
    try:
        _bound(process.pid, memory)
        _pump(process, ears, wall_s=wall_s, stall_s=stall_s, check=check)
        status = process.wait(timeout=stall_s)
    except (ProgramStalled, ProgramTooSlow, ProgramFailed) as error:
        error.stderr = ears.said
        raise
    except subprocess.TimeoutExpired as error:
        raise ProgramStalled("it did not end", ears.said) from error
    finally:
        # Nothing that it wrote is of use any more when it is still there at this point: no grace.
        stop(process, grace=0)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    return _judge(status, ears.said)


def _bound(pid: int, memory: int) -> None:
    """Memory (by this limit of the kernel's) and priority. The child may be gone already: then there is nothing left to bound."""
    bounds = limits()
    with suppress(ProcessLookupError):
        resource.prlimit(pid, memory, (bounds.memory_bytes, bounds.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        os.setpriority(os.PRIO_PROCESS, pid, bounds.niceness)


def _pump(process: subprocess.Popen[bytes], ears: _Ears, *, wall_s: float, stall_s: float, check: Check | None) -> None:
    """Empties all pipes until the program closes them, watching the clocks.

    What we do ourselves with what was read, and in `check`, does not count as the program standing still.
    """
    started = moved = time.monotonic()
    with selectors.DefaultSelector() as pipes:
        _listen_to(pipes, process, ears)
        while pipes.get_map():
            ready = pipes.select(_LOOK_EVERY_S)
            before = time.monotonic()
            progress = _read_all(pipes, ready)
            if check:
                check()
            now = time.monotonic()
            moved = now if progress else moved + (now - before)
            if now - moved > stall_s:
                raise ProgramStalled(f"no progress for {stall_s:.0f} s")
            if now - started > wall_s:
                raise ProgramTooSlow(f"not done after {wall_s:.0f} s")


def _listen_to(pipes: selectors.BaseSelector, process: subprocess.Popen[bytes], ears: _Ears) -> None:
    pipes.register(_pipe(process.stdout), selectors.EVENT_READ, ears.read)
    pipes.register(_pipe(process.stderr), selectors.EVENT_READ, ears.complain)
    for pipe in ears.pipes:
        pipe.close_inlet()
        pipes.register(pipe.outlet, selectors.EVENT_READ, pipe.read)


def _read_all(pipes: selectors.BaseSelector, ready: Sequence[tuple[selectors.SelectorKey, int]]) -> bool:
    """One part of each pipe that has something; says whether any of it was progress."""
    progress = False
    for key, _ in ready:
        part = os.read(key.fd, _PART)
        if part:
            progress = bool(key.data(part)) or progress
        else:
            pipes.unregister(key.fileobj)
    return progress


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("spawned without pipes")
    return pipe


def _judge(status: int, stderr: str) -> str:
    if status == 0:
        return stderr
    if status < 0:
        raise ProgramKilled(f"ended by signal {-status}", stderr)
    if any(cause in stderr for cause in _FULL_CAUSES):
        raise DiskFull(f"FFmpeg says so:\n{stderr}")
    if any(cause in stderr for cause in _OUTSIDE_CAUSES):
        raise ProgramKilled("the machine could not go on", stderr)
    raise ProgramFailed(f"ended with status {status}", stderr)
