"""Whoever fetches a piece of a stream passes here: token, session and access decision, asked anew every few seconds.

The answer is remembered in this process for less than ten seconds, which bounds both the queries (one per viewer and item
in that time) and how long a revoked session is still served. It needs no Redis.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from asgiref.sync import sync_to_async

from apps.core.errors import NotAllowed, NotFound
from apps.streaming.conf import gate_cache_s
from apps.streaming.services.sessions import Pass, Reach, Source, pass_of, read_token

_REMEMBERED = 10_000


_NOTHING = Pass({})


@dataclass
class _Memory:
    """Session → when it was asked, and what it may fetch. Refusals are not remembered."""

    answers: OrderedDict[UUID, tuple[float, Pass]] = field(default_factory=OrderedDict)

    def get(self, session_id: UUID) -> Pass | None:
        asked_at, found = self.answers.get(session_id, (float("-inf"), _NOTHING))
        return found if time.monotonic() - asked_at < gate_cache_s() else None

    def put(self, session_id: UUID, asked_at: float, found: Pass) -> None:
        self.answers[session_id] = (asked_at, found)
        self.answers.move_to_end(session_id)
        while len(self.answers) > _REMEMBERED:
            self.answers.popitem(last=False)


_memory = _Memory()


def fetching(within_s: float = 60.0) -> int:
    """How many playbacks have fetched something from this process lately."""
    since = time.monotonic() - within_s
    return sum(asked_at > since for asked_at, _ in list(_memory.answers.values()))


async def may_fetch(token: str, item_id: UUID, number: int) -> Reach | None:
    """How far this token comes in this generation of this item. Raises NotAllowed or NotFound."""
    session_id = read_token(token, item_id)
    found = _memory.get(session_id)
    if found is None or number not in found.generations:
        found = await _ask(session_id)
    return found.generations.get(number)


async def may_fetch_source(token: str, item_id: UUID) -> Source:
    """The item's original, for its owner and for staff. Raises NotAllowed or NotFound."""
    found = await _pass(token, item_id)
    if not found.own:
        raise NotAllowed("Only its owner may fetch the original.", code="not_yours")
    return _there(found)


async def may_download(token: str, item_id: UUID) -> Source:
    """The same file, for whom their tier lets keep it as well. Raises NotAllowed or NotFound."""
    found = await _pass(token, item_id)
    if not found.downloads:
        raise NotAllowed("Your tier has no downloads of this.", code="no_downloads")
    return _there(found)


async def _pass(token: str, item_id: UUID) -> Pass:
    session_id = read_token(token, item_id)
    return _memory.get(session_id) or await _ask(session_id)


def _there(found: Pass) -> Source:
    if found.source is None:
        raise NotFound("There is nothing here.")
    return found.source


async def _ask(session_id: UUID) -> Pass:
    asked_at = time.monotonic()
    found = await sync_to_async(pass_of)(session_id)
    _memory.put(session_id, asked_at, found)
    return found


def forget_all() -> None:
    """For tests, and for whoever changes many decisions at once in this process."""
    _memory.answers.clear()
