"""Redis carries wake-ups, live events and caches: REDIS_URL, or REDIS_HOST and its siblings, or the embedded socket."""

from urllib.parse import quote

from config.env import read_int, read_secret, read_str
from config.paths import REDIS_SOCKET


def redis_url() -> str:
    """The address in redis-py's form: redis://, rediss:// or unix://."""
    url = read_secret("REDIS_URL")
    if url:
        return url
    host = read_str("REDIS_HOST")
    if not host:
        return f"unix://{quote(str(REDIS_SOCKET))}"
    password = quote(read_secret("REDIS_PASSWORD"), safe="")
    credentials = f":{password}@" if password else ""
    return f"redis://{credentials}{host}:{read_int('REDIS_PORT', 6379)}/0"


def broker_url(url: str) -> str:
    """The same address in Celery's form, which names a unix socket redis+socket://."""
    return url.replace("unix://", "redis+socket://", 1)


EMBEDDED_REDIS = not (read_secret("REDIS_URL") or read_str("REDIS_HOST"))
REDIS_URL = redis_url()
REDIS_CACHE_URL = read_secret("REDIS_CACHE_URL") or REDIS_URL

CACHES = {
    "default": {
        "BACKEND": "apps.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": "bandstand",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
