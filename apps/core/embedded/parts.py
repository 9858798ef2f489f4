"""Which processes make up the site, as the settings say: a server that is elsewhere is not started here."""

import os
import sys

from django.conf import settings
from django.core.management import get_commands

from apps.core.embedded import leftovers, postgres, redis
from apps.core.embedded.keeper import Layer, Part

_MANAGE = (sys.executable, "manage.py")
_CELERY = (sys.executable, "-m", "celery", "-A", "config")


def _mark() -> dict[str, str]:
    return {leftovers.MARK: str(settings.DATA_DIR)}


def database() -> Part:
    data, run = settings.POSTGRES_DATA_DIR, settings.RUN_DIR
    return Part(
        "postgres",
        tuple(postgres.server_command(data, run)),
        Layer.DATABASE,
        env=_mark(),
        stop_signal=postgres.STOP_SIGNAL,
        death_signal=postgres.STOP_SIGNAL,
        grace=30.0,
        ordinary_user=os.geteuid() == 0,
        before_start=lambda: postgres.clear_stale_lock(data, run),
    )


def broker() -> Part:
    line = redis.server_command(settings.REDIS_DATA_DIR, settings.RUN_DIR / redis.SOCKET_NAME)
    return Part("redis", tuple(line), Layer.BROKER, env=_mark(), grace=5.0)


def web(listener: int) -> Part:
    """daphne on a socket that the supervisor keeps: while daphne is started again, callers wait instead of failing."""
    line = (sys.executable, "-m", "daphne", "--fd", str(listener), "-v", "0", "--no-server-name")
    return _site("web", (*line, "config.asgi:application"), pass_fds=(listener,))


def workers() -> list[Part]:
    slots = settings.JOB_QUEUE_SLOTS
    both = slots["default"] + slots["io"]
    found = [
        _worker("worker", "default", "default,io", f"--autoscale={both},1"),
        _worker("encoder", "cpu", "cpu", f"--concurrency={slots['cpu']}"),
    ]
    if os.environ.get("BANDSTAND_GPU_SLOTS"):
        found.append(_worker("gpu", "gpu", "gpu", f"--concurrency={slots['gpu']}"))
    return found


def clocks() -> list[Part]:
    """What happens by the clock: the schedule, and the sweeper, which needs no broker."""
    found = [_site("beat", (*_CELERY, "beat", "--loglevel=WARNING", "--pidfile="))]
    if "sweep" in get_commands():
        found.append(_site("sweeper", (*_MANAGE, "sweep")))
    return found


def _worker(name: str, node: str, queues: str, size: str) -> Part:
    options = ("-n", f"{node}@%h", "-Q", queues, size, "--loglevel=WARNING", "--without-gossip", "--without-mingle")
    return _site(name, (*_CELERY, "worker", *options))


def _site(name: str, line: tuple[str, ...], *, pass_fds: tuple[int, ...] = ()) -> Part:
    return Part(name, line, env=_mark(), pass_fds=pass_fds, cwd=settings.PROJECT_DIR)
