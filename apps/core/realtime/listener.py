"""The server process' one subscription: reads the wire as long as there is one, and comes back by itself."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import redis.asyncio
from django.conf import settings
from django.db import DatabaseError
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from apps.core.realtime.wire import channel

log = logging.getLogger(__name__)
_QUIET_SECONDS = 10  # after so long without a message a ping finds out whether the other end is still there
_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0

Receive = Callable[[Mapping[str, Any]], None]
CatchUp = Callable[[], Awaitable[None]]


class Listener:
    def __init__(self, receive: Receive, catch_up: CatchUp) -> None:
        self._receive = receive
        self._catch_up = catch_up
        self._failures = 0
        self._stopped = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="realtime listener")

    def stop(self) -> None:
        """Cancels, and leaves word: redis-py writes under `asyncio.wait_for`, which may swallow a cancellation (3.11)."""
        self._stopped = True
        if self._task:
            self._task.cancel()

    async def _run(self) -> None:
        """An outage is logged once; the pauses between attempts grow to 5 s, with jitter."""
        while not self._stopped:
            try:
                await self._listen()
            except (RedisError, OSError, DatabaseError) as error:
                if not self._failures:
                    log.warning("Live events are off (%s); they come late, from the database.", type(error).__name__)
                self._failures += 1
            pause = min(_SHORTEST_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE)
            await asyncio.sleep(pause * (0.5 + secrets.randbelow(1000) / 1000))

    async def _listen(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5, retry=Retry(NoBackoff(), 0)
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(channel())
            await self._catch_up()  # what happened before the subscription, or while there was none
            if self._failures:
                log.warning("Live events are on again.")
            self._failures = 0
            await self._read(subscription)

    async def _read(self, subscription: PubSub) -> None:
        unanswered = False
        while not self._stopped:
            message = await subscription.get_message(timeout=_QUIET_SECONDS)
            if message is not None:
                unanswered = False
                if message["type"] == "message":
                    self._receive(json.loads(message["data"]))
            elif unanswered:
                raise RedisConnectionError("Redis does not answer.")
            else:
                await subscription.ping()
                unanswered = True
