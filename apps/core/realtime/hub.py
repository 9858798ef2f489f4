"""Telling people what happened.

`publish` is for what must not be missed: a row with the topic's next sequence number, written in the caller's
transaction and sent on commit. `push` is for what the next message replaces anyway (progress): sent, never stored.
Topics are `me:<person>`, `job:<id>`, `item:<id>`, …; the app that owns a kind of topic registers who may follow it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.core.realtime import wire
from apps.core.realtime.conf import KEPT_DAYS, TOPIC_KEPT_DAYS
from apps.core.realtime.models import Event, Topic

Authorise = Callable[[object, str], bool]
TOPIC_NAME = re.compile(r"[a-z][a-z_]{0,31}:[A-Za-z0-9_.-]{1,80}\Z")

# One statement: the row lock of the conflict is what keeps the numbers of a topic in commit order, without a gap.
_STORE = """
    WITH place AS (
        INSERT INTO core_topic AS topic (name, last_seq, at) VALUES (%(topic)s, 1, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET last_seq = topic.last_seq + 1, at = excluded.at
        RETURNING last_seq, at
    )
    INSERT INTO core_event (topic, seq, type, ref, version, at)
    SELECT %(topic)s, last_seq, %(type)s, %(ref)s, %(version)s, at FROM place
    RETURNING seq, at
"""


def _is_me(person: object, person_id: str) -> bool:
    return bool(getattr(person, "is_authenticated", False)) and str(getattr(person, "pk", None)) == person_id


_topics: dict[str, Authorise] = {"me": _is_me}


def register_topic(kind: str, authorise: Authorise) -> None:
    """`authorise(person, id)` decides who may follow `<kind>:<id>`; `person` may be AnonymousUser. Asked again later.

    `id` is whatever the client wrote: a ValueError, ValidationError or AppError counts as no. It runs in a thread.
    """
    _topics[kind] = authorise


def authoriser(kind: str) -> Authorise | None:
    return _topics.get(kind)


def describe(seq: int, event_type: str, ref: str, version: int, at: datetime) -> dict[str, Any]:
    """A durable event as clients get it, without its topic."""
    return {"seq": seq, "type": event_type, "id": ref, "version": version, "at": at.isoformat().replace("+00:00", "Z")}


def publish(topic: str, type: str, *, ref: UUID | str, version: int = 0) -> int:  # noqa: A002
    """Stores a durable event and sends it after commit; returns its sequence number in the topic.

    Call it last in a transaction: it holds the topic's row until commit. Lock order: domain rows, then topics by name.
    Costs one query, and one round trip to Redis after the commit (none while Redis is away).
    """
    if not TOPIC_NAME.match(topic):
        raise ValueError(f"{topic!r} is no topic: it reads <kind>:<id>")
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {"topic": topic, "type": type, "ref": str(ref), "version": version})
        seq, at = cursor.fetchone()
    event = describe(seq, type, str(ref), version, at)
    transaction.on_commit(partial(wire.send, {"topic": topic, "event": event}))
    return seq


def push(topic: str, type: str, payload: Mapping[str, Any]) -> None:  # noqa: A002
    """Sends a passing state to whoever is there now. Never raises; without Redis it is dropped.

    Clients get `{"topic", "type", …payload}`. It is sent at once, not on commit, and costs one round trip to Redis.
    """
    wire.send({"topic": topic, "push": {**payload, "type": type}})


def recheck(person_id: UUID | str) -> None:
    """What this person may see has changed (a ban, a role, a tier, a sign-out): their sockets ask again, after commit.

    Lost topics are refused at once with Redis, within the catch-up interval (5 s) without. Costs what `publish` costs.
    """
    publish(f"authz:{person_id}", "recheck", ref=person_id)


def purge_events(*, now: datetime | None = None, batch: int = 10_000) -> int:
    """Deletes events older than 7 days, `batch` rows a statement, and topics silent for 90. Returns how many events.

    Topics stay longer than their events so that a number is never given twice to a client that could remember it.
    """
    now = now or timezone.now()
    old = Event.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS))
    deleted = 0
    while some := Event.objects.filter(pk__in=old.values("pk")[:batch])._raw_delete("default"):  # noqa: SLF001
        deleted += some
    Topic.objects.filter(at__lt=now - timedelta(days=TOPIC_KEPT_DAYS)).delete()
    return deleted
