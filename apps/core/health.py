"""Is every part well? Apps register checks here; `/readyz` and `manage.py doctor` run them all."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connections


@dataclass(frozen=True)
class Finding:
    """What a check found. `sentence` says it to an operator, with what to do where something is wrong."""

    name: str
    well: bool
    sentence: str


class Unwell(Exception):
    """Raised by a check; its text is the sentence."""


Check = Callable[[], str]
_checks: dict[str, Check] = {}
_probes: dict[str, "_Probe"] = {}
_lock = threading.Lock()


def register(name: str, check: Check) -> None:
    """`check` returns a sentence about what is there, or raises Unwell. It runs in a thread of its own."""
    _checks[name] = check


class _Probe(threading.Thread):
    """One run of one check. A daemon: a check that hangs must not keep the process from ending."""

    def __init__(self, name: str, check: Check) -> None:
        super().__init__(name=f"health-{name}", daemon=True)
        self._check = check
        self.finding = Finding(name, well=False, sentence="The check itself failed; its log says why.")

    def run(self) -> None:
        try:
            self.finding = Finding(self.finding.name, well=True, sentence=self._check())
        except Unwell as trouble:
            self.finding = Finding(self.finding.name, well=False, sentence=str(trouble))
        except DatabaseError:
            self.finding = Finding(self.finding.name, well=False, sentence="The database could not be asked.")
        finally:
            connections.close_all()


def _probe(name: str, check: Check) -> _Probe:
    """Starts the check, or joins the run that is still under way: a part that hangs is asked once, not each time."""
    with _lock:
        probe = _probes.get(name)
        if probe is None or not probe.is_alive():
            probe = _probes[name] = _Probe(name, check)
            probe.start()
        return probe


def examine(seconds: float = 5.0) -> list[Finding]:
    """Runs every check side by side, in the order in which they were registered, and answers within `seconds`."""
    deadline = time.monotonic() + seconds
    found = []
    for probe in [_probe(name, check) for name, check in _checks.items()]:
        probe.join(max(0.0, deadline - time.monotonic()))
        late = Finding(probe.finding.name, well=False, sentence=f"There was no answer within {seconds:g} seconds.")
        found.append(late if probe.is_alive() else probe.finding)
    return found
