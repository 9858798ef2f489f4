"""Measuring: each figure beside what it is compared with, in one run, on servers of the run's own.

An app registers a group in `AppConfig.ready()`: a dotted path to a function that yields figures. The module is loaded only
when it is run.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Figure:
    """One measurement. `ratio` is value ÷ baseline; `holds` says whether the budget does (None: there is no budget)."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    budget: str = ""
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.baseline, 3) if self.baseline else None

    def row(self, group: str) -> dict[str, Any]:
        """As `bench.json` has it: {group, name, value, unit, baseline, ratio, budget, holds}."""
        return {"group": group, **asdict(self), "ratio": self.ratio}


Measure = Callable[[], Iterator[Figure]]
_groups: dict[str, str] = {}


def register(group: str, path: str) -> None:
    _groups[group] = path


def groups() -> list[str]:
    return sorted(_groups)


def measure(group: str) -> Iterator[Figure]:
    function: Measure = import_string(_groups[group])
    yield from function()
