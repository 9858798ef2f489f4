"""What stands on the front page between the newest and the latest: each shelf has a template and what it shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.catalog.access import Viewer


@dataclass(frozen=True)
class Shelf:
    """`content` is what its template reads as `shelf.content`."""

    template: str
    content: Any


# In the order of the page. Each costs one query at most, and is left out where it has nothing.
SHELVES: Sequence[Callable[[Viewer, datetime], Shelf | None]] = ()


def shelves_for(viewer: Viewer, now: datetime) -> list[Shelf]:
    return [shelf for build in SHELVES if (shelf := build(viewer, now))]
