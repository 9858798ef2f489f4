"""Loaded with `-p tests.plugin`, before pytest-django reads the settings: starts the servers and names their folder.

The controlling process starts one PostgreSQL and one Redis; xdist's workers inherit BANDSTAND_DATA and take a database
and a Redis number of their own. All of them, and what they start, keep what Python has compiled, whatever the environment
says: the tests start some two hundred processes.
"""

import os
import re
import sys
from contextlib import ExitStack

import pytest

_servers = ExitStack()


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _start() -> None:
    from tests import servers

    for name in ("DATABASE_URL", "POSTGRES_HOST", "REDIS_URL", "REDIS_HOST", "REDIS_CACHE_URL"):
        os.environ.pop(name, None)
    folder = _servers.enter_context(servers.running())
    os.environ["BANDSTAND_DATA"] = str(folder)


def _keep_what_is_compiled() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _own_redis_number() -> None:
    number = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0) + 1
    os.environ["REDIS_URL"] = f"unix://{os.environ['BANDSTAND_DATA']}/run/redis.sock?db={number % 16}"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):  # type: ignore[no-untyped-def]
    _keep_what_is_compiled()
    if not _is_worker():
        _start()
    _own_redis_number()


def pytest_unconfigure(config):  # type: ignore[no-untyped-def]
    if not _is_worker():
        _servers.close()
