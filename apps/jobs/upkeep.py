"""What each machine must find out about itself, however many there are: a queue's jobs go to any of them.

An app registers a management command in `AppConfig.ready()`; every worker of one of the queues runs it, in a process of its
own, at its start and whenever `due` says so.

    register("encoders", "--due", queues=(Queue.CPU, Queue.GPU), due=examination_is_due)
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.core import processes

_AT_MOST_EVERY_S = 60.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """`due` is asked every 10 s, so it must be cheap."""

    command: tuple[str, ...]
    queues: frozenset[str]
    due: Callable[[], bool]


_tasks: dict[str, Task] = {}


def register(*command: str, queues: Sequence[str], due: Callable[[], bool]) -> None:
    _tasks[command[0]] = Task(command, frozenset(queues), due)


class Upkeep:
    """The upkeep of one worker's machine. Its processes end with the worker."""

    def __init__(self, queues: Sequence[str]) -> None:
        self._tasks = [task for task in _tasks.values() if task.queues & set(queues)]
        self._begun: dict[str, float] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def look(self) -> None:
        """Starts what is due and does not run yet."""
        for task in self._tasks:
            name = task.command[0]
            known = self._running.get(name)
            if known is not None and known.poll() is None:
                continue
            begun = self._begun.get(name)
            if begun is None or (time.monotonic() - begun > _AT_MOST_EVERY_S and task.due()):
                self._begun[name] = time.monotonic()
                _logger.info("Running %s for this machine", " ".join(task.command))
                line = [sys.executable, str(settings.PROJECT_DIR / "manage.py"), *task.command]
                self._running[name] = processes.spawn(line, stdout=subprocess.DEVNULL)
