"""From any process to every server process: one Redis publish of JSON on one channel for each message.

The message reaches each server process once, however many sockets it holds; they share it out (switchboard.py). Whatever
is lost on the way is found again in the database, so that nothing here retries, waits or raises.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core.breaker import Breaker

breaker = Breaker("Redis (live events)")
Message = dict[str, Any]


def channel() -> str:
    """Redis' channels know no database numbers; the name of our database keeps two sites on one server apart."""
    return f"bandstand.live.{connection.settings_dict['NAME']}"


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    """One pool for each process: threads share it, and redis-py gives a forked child new connections."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0), health_check_interval=0
    )


def send(message: Mapping[str, Any]) -> bool:
    """Sends to every server process; whether Redis took it. Costs one round trip, or nothing while Redis is away."""
    if not breaker.ready():
        return False
    try:
        _client(settings.REDIS_URL).publish(channel(), json.dumps(message, default=str, separators=(",", ":")))
    except (redis.RedisError, OSError) as error:
        breaker.failed(error)
        return False
    breaker.succeeded()
    return True
