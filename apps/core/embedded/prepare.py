"""Makes the database and the files fit this version of the site. Every step is quick where there is nothing to do."""

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from apps.core.embedded import postgres
from apps.core.embedded.checks import CannotStart

# Without letters and digits that look alike: somebody will type it from a terminal.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_database(
    run: Path, *, is_over: Callable[[], bool], last_word: Callable[[], str], patience: float = 60.0
) -> bool:
    """Waits for the embedded server and makes the site's database; returns whether it was made.

    Raises CannotStart with the server's `last_word` when it has ended (`is_over`) or does not answer in time.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    deadline = time.monotonic() + patience
    while True:
        try:
            with psycopg.connect(host=str(run), user=postgres.USER, dbname="postgres", autocommit=True) as server:
                return _ensure_database(server, name)
        except psycopg.OperationalError as error:
            if is_over() or time.monotonic() > deadline:
                raise CannotStart(f"The database does not start: {last_word()}") from error
            time.sleep(0.05)


def _ensure_database(server: psycopg.Connection, name: str) -> bool:
    if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def migrate() -> bool:
    """Applies what is missing; returns whether there was something. Raises CannotStart without a database."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        host = settings.DATABASES["default"]["HOST"]
        said = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise CannotStart(f"The database at {host} cannot be reached: {said}") from error
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    return bool(missing)


def _files_digest() -> str:
    """Changes whenever a static file comes, goes or is written; names, sizes and instants are enough for that."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def gather_files() -> bool:
    """Runs collectstatic if the files have changed since it last ran; returns whether it did."""
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    wanted = _files_digest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)
    return True


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def make_demo() -> None:
    """Has the workers make sample content, on a site without items and unless BANDSTAND_DEMO=0. Only hands the work in."""
    call_command("demo", first_start=True)


def make_owner() -> str | None:
    """On a site without people: makes the account `owner` and returns its one-time password, which is stored nowhere."""
    people: Any = get_user_model().objects
    if people.exists():
        return None
    password = _password()
    people.create_superuser("owner", password=password)
    return password
