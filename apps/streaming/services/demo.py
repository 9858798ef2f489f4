"""A site that is new shows what it does: five pieces, made on the machine itself, which go through the usual door."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from apps.catalog.models import Item
from apps.catalog.services.demo import mark_as_demo
from apps.core.errors import Conflict
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.media.ffmpeg.run import Check
from apps.streaming.demo.pieces import Piece, Size
from apps.streaming.services.ingest import ingest_file
from apps.streaming.work import DEMO, DemoParams

if TYPE_CHECKING:
    from apps.accounts.models import User

PIECES = 5


def start_demo(*, params: DemoParams) -> Job:
    """Queues the making of the demo, below all other work. Raises Conflict where it is there, or being made."""
    if Item.objects.filter(demo=True).exists() or Job.objects.live().roots().filter(kind=DEMO).exists():
        raise Conflict("The demo is there already.", code="demo_there")
    return submit(kind=DEMO, params=params, owner_id=params.owner_id, subject="site:demo", priority=Priority.LOW)


def make_piece(*, piece: Piece, size: Size, owner: "User", folder: Path, check: Check | None = None) -> Item:
    """Makes a piece's file below the folder and hands it in; one that is there already stays. Raises ProgramError's kinds."""
    known = Item.objects.filter(demo=True, title=piece.title).first()
    if known:
        return known
    file = piece.make(folder, size, check)
    with transaction.atomic():
        item, _ = ingest_file(path=file, title=piece.title, owner=owner, kind=piece.kind, priority=Priority.LOW)
        mark_as_demo(item=item)
    return item
