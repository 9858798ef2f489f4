"""One migrated database for all workers of a run: each makes its own by copying that, not by migrating a hundred times."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

from tests.serving import ROOT, environment

NAME = "bandstand_template"


def use_template() -> None:
    """Whoever comes first makes it while the others wait; nobody stays connected to it, or it could not be copied."""
    with Path(os.environ["BANDSTAND_DATA"], "template.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME}")
                _migrate()
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def _migrate() -> None:
    line = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(line, cwd=ROOT, env=environment(database=NAME), check=True)
