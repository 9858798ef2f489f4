"""State changes: one conditional UPDATE, allowed by a table of moves.

An app keeps its table in `enums.py` as `{from: frozenset({to, …})}`. Two processes that try the same move at once are
settled by the row itself: one UPDATE matches, the other changes nothing and is told so.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

Moves = Mapping[str, frozenset[str]]


class ForbiddenMove(ValueError):
    """The table does not know this move: a mistake in the code, never a race."""


def check_moves(moves: Moves, sources: Iterable[str], target: str) -> None:
    """Raises ForbiddenMove unless each source may become the target."""
    for source in sources:
        if target not in moves.get(source, frozenset()):
            raise ForbiddenMove(f"{source} → {target}")


def transition(rows: QuerySet[Any], *, moves: Moves, sources: Iterable[str], target: str, **fields: Any) -> int:
    """Moves the rows that are still in one of `sources` to `target`, setting `fields` in the same statement.

    Returns how many rows moved; 0 means that somebody else was faster or a condition of the queryset no longer holds.
    """
    sources = tuple(sources)
    check_moves(moves, sources, target)
    if hasattr(rows.model, "updated_at"):
        fields.setdefault("updated_at", Now())
    return rows.filter(state__in=sources).update(state=target, **fields)
