"""`manage.py demo [--remove]`: sample content, made on this machine."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.catalog.services.demo import remove_demo
from apps.core.errors import AppError, NotFound
from apps.streaming.services.demo import start_demo
from apps.streaming.work import DemoParams


class Command(BaseCommand):
    help = "Makes five pieces and a member of each of three tiers; the workers make them in the background."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="Takes all of it away again.")
        parser.add_argument(
            "--first-start",
            action="store_true",
            help="Only where there is nothing yet, and BANDSTAND_DEMO is not 0. Says nothing.",
        )

    def handle(self, *args: Any, remove: bool, first_start: bool, **options: Any) -> None:
        if first_start and (not settings.DEMO or Item.objects.exists()):
            return
        try:
            said = _remove() if remove else _make()
        except AppError as error:
            self._fail(error.message)
        except DatabaseError:
            self._fail("The site is not running: start it with `make run`, then try again.")
        if not first_start:
            self.stdout.write(said)

    def _fail(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def _owner() -> User:
    found = User.objects.filter(role=Role.OWNER, is_active=True).order_by("created_at").first()
    if found is None:
        raise NotFound("There is no owner yet, whose the demo could be.")
    return found


def _make() -> str:
    start_demo(params=DemoParams(owner_id=_owner().pk))
    return "The demo is being made: see /jobs/all/."


def _remove() -> str:
    return f"The demo is gone: {remove_demo(viewer=viewer_of(_owner()))} items."
