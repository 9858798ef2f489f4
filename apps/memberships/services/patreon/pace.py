"""One request a second to Patreon for each campaign, over all processes, with a few at once after a pause.

The row keeps the instant up to which requests are spoken for; each takes its place by one UPDATE, by the database's clock.
"""

import time
from collections.abc import Callable
from uuid import UUID

from django.db import connection

from apps.memberships.providers.patreon import conf
from apps.memberships.providers.patreon.errors import Away

_SLICE_S = 0.25

_TAKE = """
    UPDATE memberships_patreoncampaign
    SET next_request_at = GREATEST(next_request_at, clock_timestamp()) + %(pace)s * interval '1 second'
    WHERE id = %(id)s
    RETURNING EXTRACT(EPOCH FROM next_request_at - clock_timestamp())::float8
"""
_HOLD = """
    UPDATE memberships_patreoncampaign
    SET next_request_at = GREATEST(
        next_request_at, clock_timestamp() + (%(wait)s + %(pace)s * %(burst)s) * interval '1 second'
    )
    WHERE id = %(id)s
"""


def wait_for_turn(campaign: UUID, check: Callable[[], None], *, longest_s: float = conf.LONGEST_WAIT_S) -> None:
    """Takes a place and sleeps until it has come; `check` may raise meanwhile. Raises Away where that would take long."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"id": campaign, "pace": conf.PACE_S})
        row = cursor.fetchone()
    if row is None:
        return
    wait_s = row[0] - conf.PACE_S * conf.BURST
    if wait_s > longest_s:
        raise Away("Patreon wants to be left alone for a while", wait_s=wait_s)
    deadline = time.monotonic() + wait_s
    while (left := deadline - time.monotonic()) > 0:
        check()
        time.sleep(min(_SLICE_S, left))


def hold_all(campaign: UUID, wait_s: float) -> None:
    """Nobody asks for so many seconds: Patreon said so."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"id": campaign, "wait": wait_s, "pace": conf.PACE_S, "burst": conf.BURST})
