"""The site has one clock: the database's.

Machines disagree about the time. Leases, turns and instants that other machines go by are therefore written and compared
inside statements, by `django.db.models.functions.Now`. Here is what needs the instant itself.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """This instant by the database's clock. Costs one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def ahead_s() -> float:
    """How many seconds this machine's clock is ahead of the database's; below zero if it is behind. Costs one query."""
    before = timezone.now()
    there = database_now()
    here = before + (timezone.now() - before) / 2
    return (here - there).total_seconds()
