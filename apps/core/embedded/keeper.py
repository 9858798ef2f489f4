"""Keeps one part of the site running: starts it, notices its end, starts it again, and ends it when asked."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from apps.core import processes
from apps.core.embedded import leftovers
from apps.core.embedded.logs import PartLog

FIRST_PAUSE, LONGEST_PAUSE, SLOW_PAUSE = 0.2, 5.0, 20.0
MANY_ENDS, WITHIN = 5, 60.0


class Layer(IntEnum):
    """What rests on what: higher layers stop first."""

    DATABASE = 0
    BROKER = 1
    SITE = 2


@dataclass(frozen=True)
class Part:
    """One process of the site and how it is to be treated."""

    name: str
    line: tuple[str, ...]
    layer: Layer = Layer.SITE
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0
    death_signal: int = signal.SIGKILL
    ordinary_user: bool = False
    pass_fds: tuple[int, ...] = ()
    before_start: Callable[[], None] | None = None
    cwd: Path | None = None


class Keeper:
    """`say` tells the terminal; `run` is the folder for process ids."""

    def __init__(self, part: Part, *, run: Path, log: PartLog, say: Callable[[str], None]) -> None:
        self.part, self.log = part, log
        self._run, self._say = run, say
        self._process: subprocess.Popen[bytes] | None = None
        self._ends: deque[float] = deque(maxlen=MANY_ENDS)
        self._next_start = 0.0
        self._complained = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        if self.part.before_start:
            self.part.before_start()
        with self.log.open() as log:
            self._process = processes.spawn(
                self.part.line,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.part.env},
                cwd=self.part.cwd,
                death_signal=self.part.death_signal,
                ordinary_user=self.part.ordinary_user,
                pass_fds=self.part.pass_fds,
            )
        leftovers.remember(self._run, self.part.name, self._process.pid)

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def tend(self) -> None:
        """Notices an end and starts the part again when its time has come. Call it a few times a second."""
        if not self.has_ended():
            return
        if self._process is not None:
            processes.signal_group(self._process, signal.SIGKILL)
            how, self._process = _how(self._process.returncode), None
            self._note_end(how, time.monotonic())
        elif time.monotonic() >= self._next_start:
            try:
                self.start()
            except (OSError, subprocess.SubprocessError) as error:
                self._note_end(f"could not be started ({error})", time.monotonic())

    def _note_end(self, how: str, now: float) -> None:
        self._ends.append(now)
        recent = [end for end in self._ends if now - end < WITHIN]
        if len(recent) < MANY_ENDS:
            self._complained = False
            self._next_start = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (len(recent) - 1))
            self._say(f"{self.part.name} {how} and is started again.")
            return
        self._next_start = now + SLOW_PAUSE
        if not self._complained:
            self._complained = True
            self._say(f"{self.part.name} keeps ending: {self.log.last_line() or 'it said nothing.'}")
            self._say(f"It is tried again every {SLOW_PAUSE:.0f} seconds. All that it said: {self.log.path}")

    def ask_to_stop(self) -> None:
        if self._process is not None and not self.has_ended():
            self._process.send_signal(self.part.stop_signal)

    def finish(self, deadline: float) -> None:
        """Waits until `deadline` on the monotonic clock, then kills what is left of the part."""
        if self._process is not None:
            try:
                self._process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{self.part.name} does not end by itself and is killed.")
            processes.signal_group(self._process, signal.SIGKILL)
            self._process.wait()
            self._process = None
        leftovers.forget(self._run, self.part.name)


def _how(status: int) -> str:
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
