"""The sweeper as a process of its own, as the supervisor starts it."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs.sweeper import sweep_forever


class Command(BaseCommand):
    help = "Take jobs back from silent workers, every 10 s, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        sweep_forever(ended)
