"""How much work the database had, in rows rather than in time."""

from django.db import connection


def rows_read(table: str) -> int:
    """How many rows of a table this transaction has read so far, by scans and by indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = %s",
            [table],
        )
        return cursor.fetchone()[0]


def analyze(*tables: str) -> None:
    """Tells the planner what is in these tables now."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
