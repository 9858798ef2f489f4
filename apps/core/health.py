"""Is every part well? Apps register checks here; `/readyz` and `manage.py doctor` run them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


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


def register(name: str, check: Check) -> None:
    """`check` returns a sentence about what is there, or raises Unwell. It must answer within a few seconds."""
    _checks[name] = check


def examine() -> Iterator[Finding]:
    """Runs every check, in the order in which they were registered."""
    for name, check in _checks.items():
        try:
            yield Finding(name, well=True, sentence=check())
        except Unwell as trouble:
            yield Finding(name, well=False, sentence=str(trouble))
