"""Taking the fairest next job of a queue. The choice itself is `jobs_claim` in PostgreSQL (`migrations/0002_claims.py`)."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.jobs import conf
from apps.jobs.limits import running_per_person

_COLUMNS = "id, kind, queue, owner_id, parent_id, params, subject, attempt, max_attempts, lease_epoch, lease_until, stage, worker, request_id"
_CROWDED_TRIES = 2


@dataclass(frozen=True)
class Claim:
    """A job that this process owns from now until `lease_until`, unless it renews the lease."""

    id: UUID
    kind: str
    queue: str
    owner_id: UUID | None
    parent_id: UUID | None
    params: Mapping[str, Any]
    subject: str
    attempt: int
    max_attempts: int
    epoch: int
    lease_until: datetime
    stage: str
    worker: str
    request_id: str = ""

    @property
    def token(self) -> str:
        """What tells this claim from every other, even from one with the same epoch."""
        return self.worker.rpartition("#")[2]


def claim(queue: str, *, worker: str) -> Claim | None:
    """Claims the next job in turn, or returns None if there is none that may run now.

    One statement and one commit; below a millisecond in PostgreSQL. Where many claim at once and every claimable row is
    held by somebody else, it tries once more; whoever held them wakes a worker when they are done.
    """
    cap = running_per_person(queue)
    for _ in range(_CROWDED_TRIES):
        found = _claim_once(queue, worker, cap)
        if found or claimable_since(queue) is None:
            return found
    return None


def _claim_once(queue: str, worker: str, cap: int) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM jobs_claim(%s, %s, %s, %s)",  # noqa: S608 (a constant)
            [queue, f"{worker}#{secrets.token_hex(4)}", f"{conf.LEASE.total_seconds()} seconds", cap],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    values[5] = _as_mapping(values[5])
    return Claim(*values)


def _as_mapping(value: Any) -> Mapping[str, Any]:
    """Raw cursors hand jsonb out as text: Django decodes it in its fields alone."""
    return json.loads(value) if isinstance(value, str) else value


def claimable_since(queue: str) -> datetime | None:
    """The instant since which a claim on this queue could have succeeded; None if none could now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jobs_claimable_since(%s, %s)", [queue, running_per_person(queue)])
        return cursor.fetchone()[0]


def claimable_for(queue: str) -> timedelta | None:
    """For how long a claim on this queue could have succeeded, all by the database's clock; None if none could now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - jobs_claimable_since(%s, %s)", [queue, running_per_person(queue)])
        return cursor.fetchone()[0]
