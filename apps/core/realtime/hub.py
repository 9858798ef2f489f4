"""Telling people what happened.

`publish` is for what must not be missed: a row with the topic's next sequence number, written in the caller's
transaction and sent on commit. `push` is for what the next message replaces anyway (progress): sent, never stored.
Topics are `me:<person>`, `job:<id>`, `item:<id>`, …; the app that owns a kind of topic registers who may follow it.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

Authorise = Callable[[object, str], bool]
_topics: dict[str, Authorise] = {}


def register_topic(kind: str, authorise: Authorise) -> None:
    """`authorise(person, id)` decides who may follow `<kind>:<id>`; `person` may be AnonymousUser. Asked again later."""
    _topics[kind] = authorise


def publish(topic: str, type: str, *, ref: UUID | str, version: int = 0) -> int:  # noqa: A002
    """Stores a durable event and sends it after commit; returns its sequence number in the topic.

    Call it last in a transaction: it holds the topic's row until commit. Lock order: domain rows, then topics by name.
    """
    raise NotImplementedError


def push(topic: str, type: str, payload: Mapping[str, Any]) -> None:  # noqa: A002
    """Sends a passing state to whoever is there now. Never raises; without Redis it is dropped."""
    raise NotImplementedError
