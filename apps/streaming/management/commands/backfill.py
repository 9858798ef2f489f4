"""`manage.py backfill streams [--dry-run] [--limit N]`: encodes anew what today's settings would make differently."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from apps.streaming.services.again import backfill


class Command(BaseCommand):
    help = "Encodes items anew whose streams are older than the settings. Viewers go on with what they have meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["streams"])
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be encoded.")
        parser.add_argument("--limit", type=_count, default=None, metavar="N", help="At most so many items.")

    def handle(self, *args: Any, dry_run: bool, limit: int | None, **options: Any) -> None:
        number = 0
        for found in backfill(limit=limit, dry_run=dry_run):
            number += 1
            self.stdout.write(f"{found.item.pk} {found.item.title}: {found.changes}")
        things = "1 item" if number == 1 else f"{number} items"
        self.stdout.write(f"{things} would be encoded anew." if dry_run else f"{things} queued to be encoded anew.")


def _count(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit():
        raise ArgumentTypeError("a whole number, 0 or more")
    return int(raw)
