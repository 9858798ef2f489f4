"""Kills FFmpeg where it encodes for us, as the kernel does when memory is short."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def encoders() -> list[int]:
    """Our own children that write segments."""
    found = []
    for task in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        with suppress(OSError):
            found += [
                int(pid) for pid in task.read_text().split() if b"seg_" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
    return found


@contextmanager
def killed_once(when: Callable[[], bool]) -> Iterator[list[int]]:
    """Kills the encoder that runs when `when` first says so; the list holds its number then."""
    killed: list[int] = []
    over = threading.Event()

    def lie_in_wait() -> None:
        while not over.is_set() and not killed:
            if when() and (running := encoders()):
                with suppress(ProcessLookupError):
                    os.kill(running[0], signal.SIGKILL)
                    killed.append(running[0])
            time.sleep(0.005)

    thread = threading.Thread(target=lie_in_wait)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()
