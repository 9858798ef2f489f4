"""PostgreSQL: DATABASE_URL, or POSTGRES_HOST and its siblings, or the embedded server's socket."""

from urllib.parse import parse_qsl, unquote, urlsplit

from config.env import BadEnvironment, read_bool, read_int, read_secret, read_str
from config.paths import RUN


def _from_url(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadEnvironment("DATABASE_URL", "a postgresql:// address")
    query = dict(parse_qsl(parts.query))
    return {
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "NAME": unquote(parts.path.lstrip("/")) or "bandstand",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": query,
    }


def _from_parts() -> dict[str, object]:
    return {
        "HOST": read_str("POSTGRES_HOST"),
        "PORT": read_int("POSTGRES_PORT", 5432),
        "NAME": read_str("POSTGRES_DB", "bandstand"),
        "USER": read_str("POSTGRES_USER", "bandstand"),
        "PASSWORD": read_secret("POSTGRES_PASSWORD"),
        "OPTIONS": {},
    }


def _embedded() -> dict[str, object]:
    return {"HOST": str(RUN), "PORT": 5432, "NAME": "bandstand", "USER": "bandstand", "PASSWORD": "", "OPTIONS": {}}


def database() -> dict[str, object]:
    url = read_secret("DATABASE_URL")
    found = _from_url(url) if url else _from_parts() if read_str("POSTGRES_HOST") else _embedded()
    options = dict(found["OPTIONS"])  # type: ignore[call-overload]
    options.setdefault("connect_timeout", 5)
    options.setdefault("application_name", "bandstand")
    pooled = read_bool("BANDSTAND_DATABASE_POOL")
    if pooled:
        # Only the ASGI server asks for it: many short requests, many threads, one process that never forks.
        options["pool"] = {"min_size": 1, "max_size": read_int("BANDSTAND_DATABASE_POOL_SIZE", 20), "timeout": 10}
    return {
        **found,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0 if pooled else 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": read_bool("BANDSTAND_PGBOUNCER"),
        "OPTIONS": options,
    }


EMBEDDED_DATABASE = not (read_secret("DATABASE_URL") or read_str("POSTGRES_HOST"))
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
