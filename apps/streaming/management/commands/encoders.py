"""`manage.py encoders [--test]`: which encoders work on which devices of this machine, and why the others do not."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from apps.streaming.models import EncoderTest
from apps.streaming.services.trust import examine_encoders, host

_HEAD = ("encoder", "device", "works", "why not")


class Command(BaseCommand):
    help = "Shows which encoders work on this machine; with --test it tries them all now."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--test", action="store_true", help="Encode one second with each, on each device, now.")
        parser.add_argument("--due", action="store_true", help="Only where no test holds any more (what workers do).")

    def handle(self, *args: Any, test: bool, due: bool, **options: Any) -> None:
        if test or due:
            examine_encoders(again=test)
        rows = list(EncoderTest.objects.of_host(host()).order_by("id"))
        if not rows:
            self.stdout.write("Nothing has been tested on this machine yet: add --test.")
            return
        for line in _table([_HEAD, *(_row(row) for row in rows)]):
            self.stdout.write(line)


def _row(test: EncoderTest) -> tuple[str, ...]:
    return test.encoder, test.label or "none", "yes" if test.works else "no", test.reason


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
