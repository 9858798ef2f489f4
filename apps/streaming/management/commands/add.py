"""`manage.py add FILE [--title T] [--owner NAME] [--kind KIND] [--wait]`: a file from this disk becomes an item."""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.catalog.enums import HEARD, SEEN
from apps.catalog.models import Item
from apps.catalog.services.identify import identifying_job
from apps.core.addresses import site_url
from apps.core.errors import AppError, NotFound
from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.streaming.services.ingest import ingest_file

_LOOK_EVERY_S = 0.5
_NOT_RUNNING = "The site is not running: start it with `make run`, then try again."


class Command(BaseCommand):
    help = "Takes in an audio or video file and prepares it for streaming."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--title", type=_text, default="", help="Default: what the file says, else its name.")
        parser.add_argument(
            "--owner", type=_text, default="", metavar="USERNAME", help="Default: the first owner of the site."
        )
        parser.add_argument(
            "--kind",
            choices=sorted({*SEEN, *HEARD}),
            default="",
            help="Default: a video, or a track if it is only heard.",
        )
        parser.add_argument("--wait", action="store_true", help="Wait until it plays; exit status 1 if it never will.")

    def handle(self, *args: Any, file: Path, title: str, owner: str, kind: str, wait: bool, **options: Any) -> None:
        try:
            item, job = ingest_file(path=file, title=title, owner=_person(owner), kind=kind)
            self._say(f"{item.pk} {site_url()}{item.get_absolute_url()}")
            trouble = self._wait(job) if wait else ""
            if wait and not trouble:
                self._tell_if_known(item)
        except AppError as error:
            trouble = error.message
        except DatabaseError:
            trouble = _NOT_RUNNING
        except OSError as error:
            trouble = f"The file could not be taken in: {error.strerror}."
        if trouble:
            self.stderr.write(trouble)
            sys.exit(1)

    def _say(self, line: str) -> None:
        """At once. Where nobody reads any more (`| head -1`), the exit status still tells how it ended."""
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())

    def _tell_if_known(self, item: Item) -> None:
        """The item stays: it is the owner who decides about a copy."""
        looking = identifying_job(asset_id=item.asset_id) if item.asset_id else None
        while looking and looking.is_live:
            time.sleep(_LOOK_EVERY_S)
            looking.refresh_from_db()
        known = Item.objects.filter(duplicates=item.pk).first()
        if known:
            self.stderr.write(f"You already have this: {known.title} ({site_url()}{known.get_absolute_url()}).")

    def _wait(self, job: Job) -> str:
        """Shows how far it is; returns what went wrong, or nothing."""
        shown = ""
        while job.is_live:
            time.sleep(_LOOK_EVERY_S)
            job.refresh_from_db()
            line = f"{job.get_state_display()} … {job.percent} %"
            if line != shown:
                self._say(line)
                shown = line
        if job.state == State.SUCCEEDED:
            return ""
        return job.error_message or "Preparing this was cancelled."


def _person(username: str) -> User | None:
    if not username:
        return User.objects.filter(role=Role.OWNER, is_active=True).order_by("created_at").first()
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise NotFound(f"There is no account called {username}.")
    return person


def _text(raw: str) -> str:
    """An argument as text: bytes that are no UTF-8 become U+FFFD, because no column could hold them."""
    return os.fsencode(raw).decode("utf-8", "replace")
