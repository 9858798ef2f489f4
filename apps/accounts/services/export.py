"""A copy of everything that is kept of somebody, for themselves: JSON files in one zip, to be fetched for seven days."""

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import DataExport, User
from apps.accounts.registry import exports
from apps.accounts.services.activity import record
from apps.accounts.services.letters import Letter, send_later
from apps.accounts.signals import export_ready
from apps.accounts.work import EXPORT, ExportParams
from apps.core.errors import Conflict, NotFound
from apps.jobs.services.submit import submit

KEPT = timedelta(days=7)
EVERY = timedelta(days=1)
_LATEST = timedelta(days=2)
_README = """This is what {site} keeps of {name}, as of {at}.

Each file is a list in JSON. Instants are in UTC. Files that you have uploaded are not in here: fetch them in the studio.
"""


def export_file(export_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "exports" / f"{export_id}.zip"


@transaction.atomic
def ask_for_export(*, person: User, request: HttpRequest | None = None) -> DataExport:
    """Has a copy made. Raises Conflict where one is being made, or was made in the last day."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    now = timezone.now()
    latest = latest_export(person)
    if latest and latest.failed_at is None and latest.created_at > now - EVERY:
        raise Conflict("A copy is made once a day at most. The last one is on this page.", code="too_often")
    row = DataExport.objects.create(owner=person)
    job = submit(
        kind=EXPORT, params=ExportParams(export_id=row.pk), owner_id=person.pk, subject=f"accounts.dataexport:{row.pk}"
    )
    row.job_id = job.pk
    row.save(update_fields=["job_id", "updated_at"])
    record("export.asked", actor=person, subject=person, request=request)
    return row


def latest_export(person: User) -> DataExport | None:
    return DataExport.objects.filter(owner=person).order_by("-id").first()


def make_export(*, export_id: UUID, folder: Path, check: Callable[[], None], still_mine: Callable[[], None]) -> int:
    """Writes the zip and tells its person; returns its bytes. Nothing where the wish is gone. A second time makes it anew."""
    row = DataExport.objects.select_related("owner").filter(pk=export_id).first()
    if row is None:
        return 0
    made = folder / "export.zip"
    _write(made, row.owner, check)
    target = export_file(export_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _beside(made, target)
    size_bytes = part.stat().st_size
    with transaction.atomic():
        still_mine()
        part.replace(target)
        now = timezone.now()
        DataExport.objects.filter(pk=export_id).update(
            ready_at=now, expires_at=now + KEPT, failed_at=None, size_bytes=size_bytes, updated_at=now
        )
        record("export.ready", subject=row.owner)
        send_later(row.owner, Letter.EXPORT_READY)
        export_ready.send(DataExport, person=row.owner)
    return size_bytes


def find_export(*, export_id: UUID, person: User, request: HttpRequest | None = None) -> Path:
    """The file, for its person alone, while it is kept. Raises NotFound. Notes that it was fetched."""
    row = DataExport.objects.filter(pk=export_id, owner_id=person.pk, expires_at__gt=timezone.now()).first()
    if row is None or not export_file(row.pk).is_file():
        raise NotFound("There is no such copy, or its time is over.")
    record("export.fetched", actor=person, subject=person, request=request)
    return export_file(row.pk)


def export_failed(*, export_id: UUID) -> None:
    """The job has ended badly: another copy may be asked for at once."""
    now = timezone.now()
    DataExport.objects.filter(pk=export_id, ready_at=None).update(failed_at=now, updated_at=now)


def remove_old_exports(*, now: datetime) -> int:
    """Copies whose time is over, and wishes that came to nothing; with their files. Returns how many."""
    old = DataExport.objects.filter(expires_at__lte=now) | DataExport.objects.filter(
        ready_at=None, created_at__lte=now - _LATEST
    )
    keys = list(old.values_list("pk", flat=True)[:1000])
    _remove(keys)
    return len(keys)


def remove_exports(person: User) -> None:
    """All of somebody, inside the caller's transaction."""
    _remove(list(DataExport.objects.filter(owner=person).values_list("pk", flat=True)))


@transaction.atomic
def _remove(keys: Iterable[UUID]) -> None:
    DataExport.objects.filter(pk__in=keys).delete()
    for key in keys:
        transaction.on_commit(partial(export_file(key).unlink, missing_ok=True))


def _beside(made: Path, target: Path) -> Path:
    """The work folder may be on another file system than the media."""
    part = target.with_suffix(".part")
    with made.open("rb") as source, part.open("wb") as copy:
        while block := source.read(1 << 20):
            copy.write(block)
    made.unlink()
    return part


def _write(target: Path, person: User, check: Callable[[], None]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "README.txt", _README.format(site=settings.SITE_NAME, name=person.name, at=timezone.now().isoformat())
        )
        for name, rows in sorted(exports().items()):
            with archive.open(f"{name}.json", "w", force_zip64=True) as file:
                for piece in _json_list(rows(person), check):
                    file.write(piece.encode())


def _json_list(rows: Iterable[Mapping[str, Any]], check: Callable[[], None]) -> Iterable[str]:
    """A JSON list, a row at a time: what somebody has may be much."""
    yield "["
    for number, row in enumerate(rows):
        if number % 500 == 0:
            check()
        yield ("," if number else "") + "\n" + json.dumps(dict(row), cls=DjangoJSONEncoder, ensure_ascii=False)
    yield "\n]\n"
