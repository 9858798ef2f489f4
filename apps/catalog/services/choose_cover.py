"""A picture that a person chose for an item, and the way back to the one that was found."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.catalog.access import Viewer
from apps.catalog.enums import CoverOrigin
from apps.catalog.models import Item
from apps.catalog.permissions import check_edit_item
from apps.catalog.services.cover import place_cover, take_cover_away
from apps.catalog.work import DESCRIBE, DescribeParams
from apps.core.errors import AppError, Invalid, NotFound
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.jobs.services.submit import submit
from apps.media.errors import ProgramKilled
from apps.media.services.picture import Picture, picture_from

MOST_BYTES = 10 << 20


def choose_cover(*, item: Item, viewer: Viewer, content: Iterable[bytes]) -> None:
    """Makes the picture (PNG, JPEG or WebP of at most 10 MB) the item's cover. Takes some tenths of a second.

    Raises NotAllowed, Invalid with a sentence for whoever chose it, and AppError where the machine was in the way.
    """
    check_edit_item(viewer, item)
    Path(settings.WORK_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cover-", dir=settings.WORK_DIR) as folder:
        path = Path(folder, "picture")
        _write(path, content)
        picture = _read(path, Path(folder))
        with transaction.atomic():
            place_cover(item=_locked(item), picture=picture, origin=CoverOrigin.UPLOADED)


def reset_cover(*, item: Item, viewer: Viewer) -> Job | None:
    """Takes the chosen picture away and has the file looked through for one again. Raises NotAllowed."""
    check_edit_item(viewer, item)
    with transaction.atomic():
        locked = _locked(item)
        if locked.cover_origin != CoverOrigin.UPLOADED:
            return None
        take_cover_away(item=locked)
        if locked.asset_id is None:
            return None
        return submit(
            kind=DESCRIBE,
            params=DescribeParams(item_id=item.pk),
            owner_id=item.owner_id,
            subject=f"media.asset:{locked.asset_id}",
            priority=Priority.HIGH,
        )


def _locked(item: Item) -> Item:
    found = Item.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None:
        raise NotFound("This item is gone.")
    return found


def _write(path: Path, content: Iterable[bytes]) -> None:
    written = 0
    with path.open("wb") as file:
        for block in content:
            written += len(block)
            if written > MOST_BYTES:
                raise _invalid(f"A cover may have {MOST_BYTES >> 20} MB at most.", code="too_large", status=413)
            file.write(block)


def _read(path: Path, folder: Path) -> Picture:
    try:
        picture = picture_from(path=path, folder=folder)
    except ProgramKilled as error:
        raise AppError("Reading this picture was interrupted. Try again.", code="interrupted", status=503) from error
    if picture is None:
        raise _invalid("This is no picture that can be read. Take a PNG, JPEG or WebP file.")
    return picture


def _invalid(sentence: str, *, code: str = "cover", status: int = 400) -> Invalid:
    return Invalid(sentence, code=code, status=status, fields={"picture": [sentence]})
