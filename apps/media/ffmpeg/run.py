"""Runs FFmpeg and ffprobe so that they cannot outlive, outgrow or hang us."""

import os
import resource
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from apps.core.processes import spawn, stop
from apps.media.conf import limits
from apps.media.errors import ProgramFailed, ProgramKilled, ProgramStalled, ProgramTooSlow

STDERR_KEPT = 64 * 1024
_LOOK_EVERY_S = 0.5
_OUTSIDE_CAUSES = ("No space left on device", "Cannot allocate memory", "Input/output error")

Check = Callable[[], None]
Reader = Callable[[bytes], bool]


@dataclass(frozen=True)
class Progress:
    """What FFmpeg has put out so far; `speed` is media time over wall time, 0 while unknown."""

    out_time_us: int = 0
    frames: int = 0
    speed: float = 0.0


def run(
    line: Sequence[str],
    *,
    wall_s: float,
    on_progress: Callable[[Progress], None] | None = None,
    check: Check | None = None,
    bound_addresses: bool = True,
) -> str:
    """Runs an FFmpeg line that writes `-progress` to its standard output. Returns the end of its stderr.

    `check` is called about twice a second; whatever it raises stops the program first. Without `bound_addresses` only the
    memory that it writes to is bounded: drivers of graphics cards reserve far more addresses than they use. Raises
    ProgramError's kinds.
    """
    reader = _ProgressReader(on_progress)
    memory = resource.RLIMIT_AS if bound_addresses else resource.RLIMIT_DATA
    return _contain(line, reader, wall_s=wall_s, stall_s=limits().stall_s, check=check, memory=memory)


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

    stderr = _contain(line, keep, wall_s=wall_s, stall_s=wall_s, check=check)
    return bytes(answer), stderr


def feed(line: Sequence[str], read: Reader, *, wall_s: float, check: Check | None = None) -> str:
    """Runs a line and hands its standard output to `read` as it comes; `read` says whether that was progress."""
    return _contain(line, read, wall_s=wall_s, stall_s=limits().stall_s, check=check)


class _ProgressReader:
    """Reads the `key=value` blocks of `-progress`; says whether the output has grown."""

    def __init__(self, report: Callable[[Progress], None] | None) -> None:
        self.report = report
        self.rest = b""
        self.seen = Progress()
        self.block: dict[str, str] = {}

    def __call__(self, part: bytes) -> bool:
        *lines, self.rest = (self.rest + part).split(b"\n")
        moved = False
        for line in lines:
            key, _, value = line.decode("ascii", "replace").strip().partition("=")
            self.block[key] = value.strip()
            if key == "progress":
                moved = self._end_block() or moved
        return moved

    def _end_block(self) -> bool:
        now = Progress(
            out_time_us=int(_number(self.block.get("out_time_us", ""))),
            frames=int(_number(self.block.get("frame", ""))),
            speed=_number(self.block.get("speed", "").rstrip("x")),
        )
        moved = (now.out_time_us, now.frames) > (self.seen.out_time_us, self.seen.frames)
        self.seen = now
        if self.report:
            self.report(now)
        return moved


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _contain(
    line: Sequence[str],
    read: Reader,
    *,
    wall_s: float,
    stall_s: float,
    check: Check | None,
    memory: int = resource.RLIMIT_AS,
) -> str:
    process = spawn(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    tail = bytearray()
    try:
        _bound(process.pid, memory)
        _pump(process, read, tail, wall_s=wall_s, stall_s=stall_s, check=check)
        status = process.wait(timeout=stall_s)
    except (ProgramStalled, ProgramTooSlow, ProgramFailed) as error:
        error.stderr = _text(tail)
        raise
    except subprocess.TimeoutExpired as error:
        raise ProgramStalled("it did not end", _text(tail)) from error
    finally:
        # Nothing that it wrote is of use any more when it is still there at this point: no grace.
        stop(process, grace=0)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    return _judge(status, _text(tail))


def _bound(pid: int, memory: int) -> None:
    """Memory (by this limit of the kernel's) and priority. The child may be gone already: then there is nothing left to bound."""
    bounds = limits()
    with suppress(ProcessLookupError):
        resource.prlimit(pid, memory, (bounds.memory_bytes, bounds.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        os.setpriority(os.PRIO_PROCESS, pid, bounds.niceness)


def _pump(
    process: subprocess.Popen[bytes],
    read: Reader,
    tail: bytearray,
    *,
    wall_s: float,
    stall_s: float,
    check: Check | None,
) -> None:
    """Empties both pipes until the program closes them, watching the clocks."""
    started = moved = time.monotonic()
    with selectors.DefaultSelector() as pipes:
        pipes.register(_pipe(process.stdout), selectors.EVENT_READ, "out")
        pipes.register(_pipe(process.stderr), selectors.EVENT_READ, "err")
        while pipes.get_map():
            for key, _ in pipes.select(_LOOK_EVERY_S):
                part = os.read(key.fd, 65536)
                if not part:
                    pipes.unregister(key.fileobj)
                elif key.data == "err":
                    tail += part
                    del tail[:-STDERR_KEPT]
                elif read(part):
                    moved = time.monotonic()
            if check:
                check()
            now = time.monotonic()
            if now - moved > stall_s:
                raise ProgramStalled(f"no progress for {stall_s:.0f} s")
            if now - started > wall_s:
                raise ProgramTooSlow(f"not done after {wall_s:.0f} s")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("spawned without pipes")
    return pipe


def _text(tail: bytearray) -> str:
    return tail.decode("utf-8", "replace")


def _judge(status: int, stderr: str) -> str:
    if status == 0:
        return stderr
    if status < 0:
        raise ProgramKilled(f"ended by signal {-status}", stderr)
    if any(cause in stderr for cause in _OUTSIDE_CAUSES):
        raise ProgramKilled("the machine could not go on", stderr)
    raise ProgramFailed(f"ended with status {status}", stderr)
