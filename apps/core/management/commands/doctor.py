"""`manage.py doctor`: every part looked at, one line each. Works whether the site runs or not."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.core import health
from apps.core.embedded import binaries, checks, folders, lock, postgres
from apps.core.health import Finding, Unwell


def check_python() -> str:
    checks.check_python()
    return f"Python {platform.python_version()} in {sys.prefix}."


def check_data() -> str:
    checks.check_folder(settings.DATA_DIR)
    checks.check_disk(settings.DATA_DIR, settings.MIN_FREE_BYTES)
    free = shutil.disk_usage(settings.DATA_DIR).free // 1024**3
    return f"{settings.DATA_DIR} can be written to; {free} GB are free."


def check_secrets() -> str:
    readable = folders.open_secrets(settings.SECRETS_DIR)
    if readable:
        names = ", ".join(path.name for path in readable)
        raise Unwell(f"Others on this machine can read {names}: run `chmod 600` on them in {settings.SECRETS_DIR}.")
    if settings.SECRET_KEY == "not-yet-started":  # noqa: S105
        raise Unwell("There are none yet: the first `make run` makes them.")
    return "Nobody else can read them."


def check_program(find: Callable[[], Path], flag: str) -> str:
    program = find()
    said = subprocess.run([program, flag], capture_output=True, text=True, check=False, timeout=20)
    if said.returncode:
        raise Unwell(f"{program} cannot be run: {said.stderr.strip() or 'it gave no reason'}")
    return said.stdout.splitlines()[0]


def check_cluster() -> str:
    there = postgres.check_version(settings.POSTGRES_DATA_DIR)
    return f"PostgreSQL {postgres.MAJOR}'s folder is {'there' if there else 'made by the first `make run`'}."


def check_site() -> str:
    address = lock.holder(settings.RUN_DIR / lock.FILE_NAME)
    if address is None:
        raise Unwell("It is not running: start it with `make run`.")
    return f"It runs: {address}"


class Command(BaseCommand):
    help = "Looks at every part of the site and says how it is; exit status 1 where something is wrong."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = False
        for finding in self._findings():
            trouble = trouble or not finding.well
            self.stdout.write(f"{'✓' if finding.well else '✗'} {finding.name} – {finding.sentence}")
        if trouble:
            sys.exit(1)

    def _findings(self) -> Iterator[Finding]:
        for name, check in self._own_checks():
            try:
                yield Finding(name, well=True, sentence=check())
            except (Unwell, checks.CannotStart, postgres.ClusterError, binaries.MissingProgram) as error:
                yield Finding(name, well=False, sentence=str(error))
            except (OSError, subprocess.TimeoutExpired) as error:
                yield Finding(name, well=False, sentence=f"It cannot be used: {error}")
        yield from health.examine(seconds=15.0)

    def _own_checks(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "python", check_python
        yield "data folder", check_data
        yield "secrets", check_secrets
        yield "ffmpeg", partial(check_program, binaries.ffmpeg, "-version")
        yield "ffprobe", partial(check_program, binaries.ffprobe, "-version")
        yield "node", partial(check_program, binaries.node, "--version")
        if settings.EMBEDDED_DATABASE:
            yield "cluster", check_cluster
            yield "site", check_site
