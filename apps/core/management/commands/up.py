"""`manage.py up`: the whole site in the foreground. `make run` ends here."""

import contextlib
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from apps.core.embedded import checks, folders, leftovers, parts, postgres, prepare
from apps.core.embedded.binaries import MissingProgram
from apps.core.embedded.keeper import Keeper
from apps.core.embedded.lock import FILE_NAME, SiteLock
from apps.core.embedded.supervisor import StopAsked, Supervisor, answers

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen


class Command(BaseCommand):
    help = "Starts the whole site on this machine and keeps it running until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run()
        except (StopAsked, KeyboardInterrupt):
            self.say("Bandstand has stopped.")
        except (checks.CannotStart, postgres.ClusterError, MissingProgram) as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)

    def say(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone while we still have parts to end
            self.stdout.write(text)
            self.stdout.flush()

    @property
    def _host(self) -> str:
        return _ANYWHERE.get(settings.BIND_HOST, settings.BIND_HOST)

    @property
    def _url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{settings.BIND_PORT}/"

    def _run(self) -> None:
        checks.check_python()
        checks.check_folder(settings.DATA_DIR)
        for folder in (settings.RUN_DIR, settings.SECRETS_DIR):
            checks.check_private(folder)
        lock = SiteLock(settings.RUN_DIR / FILE_NAME)
        lock.take(self._url)
        checks.check_disk(settings.DATA_DIR, settings.MIN_FREE_BYTES)
        if settings.EMBEDDED_DATABASE:
            postgres.check_version(settings.POSTGRES_DATA_DIR)
            checks.check_namespaces()
        self._end_leftovers()
        listener = checks.listen(settings.BIND_HOST, settings.BIND_PORT)
        if folders.make_secrets(settings.SECRETS_DIR):
            # The settings were read before there were secrets: begin again, now that they can be found. The lock and
            # the port are let go by the kernel in the same instant.
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
        folders.make_folders([settings.WORK_DIR, settings.LOG_DIR, settings.REDIS_DATA_DIR, settings.MEDIA_ROOT])
        self.say(f"Bandstand starts. Its data is in {settings.DATA_DIR}")
        with Supervisor(run=settings.RUN_DIR, logs=settings.LOG_DIR, say=self._warn) as supervisor:
            self._bring_up(supervisor, listener.fileno())
            supervisor.tend_for_ever()

    def _warn(self, text: str) -> None:
        self.say(f"  ! {text}")

    def _end_leftovers(self) -> None:
        """What a killed supervisor left: the database in its own orderly way, all else at once."""
        server = postgres.running_server(settings.POSTGRES_DATA_DIR)
        found = leftovers.find(settings.RUN_DIR, str(settings.DATA_DIR)) | ({server} if server else set())
        if found:
            self.say("The last run was cut off: ending what it left behind.")
        leftovers.end(found - {server})
        if server:
            leftovers.end({server}, postgres.STOP_SIGNALS)
        for path in settings.RUN_DIR.glob("*.pid"):
            path.unlink()

    def _bring_up(self, supervisor: Supervisor, listener: int) -> None:
        database = self._start_database(supervisor)
        if settings.EMBEDDED_REDIS:
            supervisor.start(parts.broker())
        if database:
            prepare.make_database(settings.RUN_DIR, is_over=database.has_ended, last_word=database.log.last_line)
        self._prepare()
        web = supervisor.start(parts.web(listener))
        for part in (*parts.workers(), *parts.clocks()):
            supervisor.start(part)
        self._welcome(supervisor, web)

    def _start_database(self, supervisor: Supervisor) -> Keeper | None:
        if not settings.EMBEDDED_DATABASE:
            return None
        if postgres.ensure_cluster(settings.POSTGRES_DATA_DIR):
            self.say(f"  ✓ PostgreSQL {postgres.MAJOR} has a new, empty folder")
        return supervisor.start(parts.database())

    def _prepare(self) -> None:
        if prepare.migrate():
            self.say("  ✓ the database's tables are up to date")
        if prepare.gather_files():
            self.say("  ✓ the pages' files are gathered")
        password = prepare.make_owner()
        if password:
            self.say(f"  ✓ your account: user name owner, password {password}")
            self.say("    This password is shown only this once. Change it when you have signed in.")
            prepare.make_demo()
        connections.close_all()

    def _welcome(self, supervisor: Supervisor, web: Keeper) -> None:
        if not supervisor.tend_until(lambda: answers(self._host, settings.BIND_PORT), 60.0):
            self._warn(f"The pages do not answer yet: {web.log.last_line() or 'no word from the web server.'}")
            return
        self.say(f"Open {self._url} · stop with Ctrl-C · logs are in {settings.LOG_DIR}")
