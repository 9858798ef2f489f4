"""A worker without a broker: claims from the database alone."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs.enums import Queue
from apps.jobs.runner import run_next

_IDLE_S = 2.0


class Command(BaseCommand):
    help = "Run queued jobs in this process, without Celery: one (--once), until none is left, or for ever (--stay)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", choices=Queue.values, action="append", help="repeatable; default: all")
        parser.add_argument("--once", action="store_true", help="run at most one job")
        parser.add_argument("--stay", action="store_true", help="go on looking for work")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = options["queue"] or Queue.values
        while True:
            ran = any(run_next(queue) for queue in queues)
            if options["once"] or not (ran or options["stay"]):
                return
            if not ran:
                time.sleep(_IDLE_S)
