"""`manage.py storage move --to s3|local [--dry-run] [--limit N]`: everything that lives elsewhere goes there, by a job."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.services.submit import submit
from apps.media.enums import Place
from apps.media.errors import StorageTrouble
from apps.media.storage.places import check_bucket
from apps.streaming.services.move import left_to_move
from apps.streaming.work import MOVE_STORAGE, MoveStorageParams

_MEGABYTE = 1_000_000


class Command(BaseCommand):
    help = "Moves files, streams and pictures between this site's disk and S3. People go on playing meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["move"])
        parser.add_argument("--to", choices=Place.values, required=True)
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be moved.")
        parser.add_argument(
            "--limit", type=_count, default=None, metavar="N", help="At most so many sources, streams and pictures."
        )

    def handle(self, *args: Any, to: str, dry_run: bool, limit: int | None, **options: Any) -> None:
        place = Place(to)
        try:
            check_bucket()
            left = left_to_move(place)
        except Conflict as error:
            self.stderr.write(error.message)
            sys.exit(1)
        except StorageTrouble as error:
            self.stderr.write(f"S3 does not answer as it should. {error.detail}")
            sys.exit(1)
        size = f"{left.size_bytes / _MEGABYTE:,.0f} MB"
        sources, streams = _number(left.assets, "source"), _number(left.generations, "stream")
        self.stdout.write(f"Elsewhere: {sources} and {streams}, {size} together; {_number(left.pictures, 'picture')}.")
        if dry_run or not (left.assets or left.generations or left.pictures):
            return
        params = MoveStorageParams(to=place, limit=limit)
        job = submit(kind=MOVE_STORAGE, params=params, subject=f"storage:{place}", priority=Priority.LOW)
        self.stdout.write(f"Queued as job {job.pk}. Ask again at any time; what was moved already is not moved twice.")


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _count(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or int(raw) < 1:
        raise ArgumentTypeError("a whole number, 1 or more")
    return int(raw)
