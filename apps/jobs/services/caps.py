"""What memberships bring: how many jobs somebody may have running at once."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction

from apps.jobs.enums import Queue
from apps.jobs.wakeups import wake_all

# Rows are locked by queue and person, as everywhere (docs/adr/0005-jobs.md). Where nothing differs nothing is written.
_RAISE = """
INSERT INTO jobs_turn (queue, owner_key, tier_cap)
SELECT queue, owner_key, tier_cap
  FROM unnest(%(queues)s::text[]) AS queue, unnest(%(people)s::uuid[], %(caps)s::smallint[]) AS given (owner_key, tier_cap)
 ORDER BY queue, owner_key
ON CONFLICT (queue, owner_key) DO UPDATE SET tier_cap = excluded.tier_cap
  WHERE jobs_turn.tier_cap IS DISTINCT FROM excluded.tier_cap
RETURNING queue, queued + queued_express
"""
_CLEAR = """
UPDATE jobs_turn SET tier_cap = NULL WHERE id IN (
  SELECT id FROM jobs_turn WHERE queue = ANY(%(queues)s) AND owner_key = ANY(%(people)s::uuid[]) AND tier_cap IS NOT NULL
   ORDER BY queue, owner_key FOR UPDATE)
RETURNING queue, queued + queued_express
"""


@transaction.atomic
def set_tier_caps(caps: Mapping[UUID, int | None]) -> int:
    """How many jobs each of these people may have running in each queue; None: nothing of their own. At most two statements.

    Returns how many turns differ now. What waits and could run now is looked for after commit.
    """
    queues = list(Queue.values)
    given = {person: cap for person, cap in caps.items() if cap is not None}
    changed: list[tuple[str, int]] = []
    with connection.cursor() as cursor:
        if given:
            cursor.execute(_RAISE, {"queues": queues, "people": list(given), "caps": list(given.values())})
            changed += cursor.fetchall()
        if without := [person for person, cap in caps.items() if cap is None]:
            cursor.execute(_CLEAR, {"queues": queues, "people": without})
            changed += cursor.fetchall()
    waiting = sorted({queue for queue, queued in changed if queued})
    if waiting:
        transaction.on_commit(lambda: wake_all(waiting))
    return len(changed)
