"""The health checks that every site needs: database, its tables, Redis, and room for files."""

import shutil
import tempfile

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from apps.core.clock import ahead_s
from apps.core.health import Unwell, register

_GIBIBYTE = 1024**3
_CLOCKS_AGREE_S = 5


def check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            (version,) = cursor.fetchone()
    except Error as error:
        raise Unwell("It does not answer. On one machine `make run` starts it; elsewhere see DATABASE_URL.") from error
    return f"PostgreSQL {version} answers."


def check_migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        raise Unwell("The tables cannot be read, since the database does not answer.") from error
    if missing:
        raise Unwell(f"{len(missing)} migrations are missing: run `manage.py migrate`.")
    return "All migrations are applied."


def check_redis() -> str:
    options = {"socket_connect_timeout": 2, "socket_timeout": 2}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError as error:
        raise Unwell("It does not answer; live events and caches rest until it does, all else goes on.") from error
    return f"Redis {version} answers."


def check_storage() -> str:
    folder = settings.MEDIA_ROOT
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Unwell(f"The folder {folder} cannot be written to.") from error
    if free < settings.MIN_FREE_BYTES:
        raise Unwell(f"The disk of {folder} is nearly full: {free / _GIBIBYTE:.1f} GB are free.")
    return f"{free / _GIBIBYTE:.0f} GB are free for files."


def check_clock() -> str:
    """Never a reason to take no visitors: work goes by the database's clock, and that one may be the wrong one."""
    ahead = ahead_s()
    if abs(ahead) < _CLOCKS_AGREE_S:
        return "This machine's clock agrees with the database's."
    return f"This machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the database's: set it."


def register_vitals() -> None:
    register("database", check_database)
    register("clock", check_clock)
    register("tables", check_migrations)
    register("redis", check_redis)
    register("storage", check_storage)
