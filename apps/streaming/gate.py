"""Whoever fetches a piece of a stream passes here: token, session and access decision, asked anew every few seconds.

The answer is remembered in this process for less than ten seconds, which bounds both the queries (one per viewer and item
in that time) and how long a revoked session is still served. It needs no Redis.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from asgiref.sync import sync_to_async

from apps.streaming.conf import gate_cache_s
from apps.streaming.services.sessions import read_token, served_generations

_REMEMBERED = 10_000


@dataclass
class _Memory:
    """Session → when it was asked, and the generations that it may fetch. Refusals are not remembered."""

    answers: OrderedDict[UUID, tuple[float, frozenset[int]]] = field(default_factory=OrderedDict)

    def get(self, session_id: UUID) -> frozenset[int] | None:
        asked_at, numbers = self.answers.get(session_id, (float("-inf"), frozenset()))
        return numbers if time.monotonic() - asked_at < gate_cache_s() else None

    def put(self, session_id: UUID, asked_at: float, numbers: frozenset[int]) -> None:
        self.answers[session_id] = (asked_at, numbers)
        self.answers.move_to_end(session_id)
        while len(self.answers) > _REMEMBERED:
            self.answers.popitem(last=False)


_memory = _Memory()


async def may_fetch(token: str, item_id: UUID, number: int) -> bool:
    """Whether this token opens this generation of this item. Raises NotAllowed or NotFound."""
    session_id = read_token(token, item_id)
    numbers = _memory.get(session_id)
    if numbers is None or number not in numbers:
        asked_at = time.monotonic()
        numbers = await sync_to_async(served_generations)(session_id)
        _memory.put(session_id, asked_at, numbers)
    return number in numbers


def forget_all() -> None:
    """For tests, and for whoever changes many decisions at once in this process."""
    _memory.answers.clear()
