"""Queries of the realtime hub, from the event loop: a few threads of their own, so that sockets never starve pages."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import close_old_connections
from django.db.models import Q

from apps.core.realtime.hub import describe
from apps.core.realtime.models import Event, Topic

P = ParamSpec("P")
R = TypeVar("R")
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="realtime")


def _clean(query: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return query()
    finally:
        close_old_connections()


async def in_thread(query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `query` in one of the threads; the database connection goes back to the pool afterwards."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _clean, partial(query, *args, **kwargs))


def last_seqs(names: Iterable[str]) -> dict[str, int]:
    """The newest number of each topic that has one; one query by primary key for each 1,000 names."""
    found: dict[str, int] = {}
    wanted = list(names)
    for start in range(0, len(wanted), 1000):
        rows = Topic.objects.filter(pk__in=wanted[start : start + 1000])
        found |= dict(rows.values_list("name", "last_seq"))
    return found


def _read(condition: Q, limit: int) -> list[tuple[str, dict[str, Any]]]:
    rows = Event.objects.filter(condition).order_by("topic", "seq")[:limit]
    return [(row.topic, describe(row.seq, row.type, row.ref, row.version, row.at)) for row in rows]


def events_after(topic: str, seq: int, limit: int) -> list[dict[str, Any]]:
    """The next events of a topic, oldest first; one query on the unique index."""
    return [event for _, event in _read(Q(topic=topic, seq__gt=seq), limit)]


def events_between(ranges: dict[str, tuple[int, int]], limit: int) -> list[tuple[str, dict[str, Any]]]:
    """Events of several topics, each `(after, up to)`, in order within each topic; one query."""
    condition = Q(pk__in=[])
    for topic, (after, up_to) in ranges.items():
        condition |= Q(topic=topic, seq__gt=after, seq__lte=up_to)
    return _read(condition, limit)
