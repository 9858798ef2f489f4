"""A cache that is allowed to be away: without Redis every look-up misses and every write is dropped, pages go on.

While it is away each call costs nothing, but for one attempt every few seconds (at most 1 s to connect).

- `get`, `get_many`, `has_key`: nothing is there. `get_or_set` gives the fresh value.
- `set`, `delete`, `touch`: dropped; `set_many` names all keys as not stored, `delete` and `touch` say False.
- `add`: True, as for the first who comes. A cache is no lock: what must happen once is settled by a row.
- `incr`, `decr`: ValueError, as for a key that is not there. Limits that must hold count in the database (`rates.py`).
- `count`: None.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from apps.core.breaker import Breaker

R = TypeVar("R")
_breakers: dict[str, Breaker] = {}


def breaker_of(location: str) -> Breaker:
    """One for each server and process: Django makes a backend for every thread."""
    return _breakers.setdefault(location, Breaker("Redis (cache)"))


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, forgiving. `clear` deletes its own keys alone: the queue may live in the same database."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self.breaker = breaker_of(str(server))

    def _try(self, operation: Callable[[], R], otherwise: R) -> R:
        if not self.breaker.ready():
            return otherwise
        try:
            result = operation()
        except (RedisError, OSError) as error:
            self.breaker.failed(error)
            return otherwise
        self.breaker.succeeded()
        return result

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).add(key, value, timeout, version), otherwise=True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).touch(key, timeout, version), otherwise=False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).delete(key, version), otherwise=False)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._try(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).has_key(key, version), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        count = self._try(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), None)
        if count is None:
            raise ValueError(f"Key '{key}' not found.")
        return count

    def count(self, key: Any, *, timeout: int) -> int | None:
        """One more, in a count that begins at 1 and is forgotten after `timeout` seconds; None while Redis is away."""
        return self._try(lambda: self._count(self.make_and_validate_key(key), timeout), None)

    def _count(self, key: str, timeout: int) -> int:
        pipe = self._cache.get_client(key, write=True).pipeline()
        pipe.set(key, 0, ex=timeout, nx=True)
        pipe.incr(key)
        return int(pipe.execute()[1])

    def set_many(self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return self._try(lambda: super(ForgivingRedisCache, self).set_many(data, timeout, version), list(data))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).delete_many(list(keys), version), None)

    def clear(self) -> None:
        """Takes a while on a large server: it walks over all keys of the database."""
        self._try(self._clear, None)

    def _clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.unlink(key)
