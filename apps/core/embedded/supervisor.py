"""The one process above all others: brings the parts up in order, keeps them running, takes them down in order."""

import http.client
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Self

from apps.core.embedded.keeper import Keeper, Layer, Part
from apps.core.embedded.logs import PartLog

_TICK = 0.1
_TURN_LOGS = 10.0
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Ctrl-C, or a signal that asks us to end. Not an Exception: nobody on the way may swallow it."""


class Supervisor:
    """Used as a context: whatever ends it, all parts are ended with it."""

    def __init__(self, *, run: Path, logs: Path, say: Callable[[str], None]) -> None:
        self._run, self._logs, self._say = run, logs, say
        self._keepers: list[Keeper] = []
        self._turned = time.monotonic()
        self._asked = self._hurried = False

    def __enter__(self) -> Self:
        for number in _ENDINGS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._ask)
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_DFL)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        # Once is enough: what follows must run to its end. A second Ctrl-C only hurries it (see `stop`).
        for ending in _ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        self._asked = True
        raise StopAsked

    def _obey(self) -> None:
        """Python drops what is raised in the middle of a destructor or a callback from C: ask for it again."""
        if self._asked:
            raise StopAsked

    def start(self, part: Part) -> Keeper:
        self._obey()
        keeper = Keeper(part, run=self._run, log=PartLog(self._logs, part.name), say=self._say)
        self._keepers.append(keeper)
        keeper.start()
        return keeper

    def tend(self) -> None:
        self._obey()
        for keeper in self._keepers:
            keeper.tend()
        if time.monotonic() - self._turned > _TURN_LOGS:
            self._turned = time.monotonic()
            for keeper in self._keepers:
                keeper.log.turn_over()

    def tend_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Keeps everything running until the condition holds; returns whether it came to hold in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.tend()
            time.sleep(_TICK)
        return True

    def tend_for_ever(self) -> None:
        while True:
            self.tend()
            time.sleep(_TICK)

    def stop(self) -> None:
        """Takes the layers down, the highest first. A second Ctrl-C meanwhile cuts every waiting short."""
        signal.signal(signal.SIGINT, self._hurry)
        for layer in sorted(Layer, reverse=True):
            keepers = [keeper for keeper in self._keepers if keeper.part.layer is layer]
            for keeper in keepers:
                keeper.ask_to_stop()
            asked = time.monotonic()
            for keeper in keepers:
                self._wait_for(keeper, asked + keeper.part.grace)
        self._keepers.clear()

    def _hurry(self, _number: int, _frame: FrameType | None) -> None:
        self._hurried = True

    def _wait_for(self, keeper: Keeper, deadline: float) -> None:
        while not (keeper.has_ended() or self._hurried or time.monotonic() > deadline):
            time.sleep(0.02)
        keeper.finish(time.monotonic())


def answers(host: str, port: int, path: str = "/healthz") -> bool:
    """Whether the site answers on its own machine, within two seconds."""
    caller = http.client.HTTPConnection(host, port, timeout=2.0)
    try:
        caller.request("GET", path)
        return caller.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        caller.close()
