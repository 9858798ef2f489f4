"""Somebody's picture: put there, taken away, found by whoever may see the profile. What makes it is above (apps/web)."""

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from apps.accounts.avatars import WIDTHS, avatar_name, avatars_folder
from apps.accounts.models import User
from apps.accounts.permissions import check_see_profile
from apps.accounts.services.activity import record
from apps.accounts.signals import avatar_changed
from apps.core.errors import NotFound


def place_avatar(*, person: User, key: str, files: Mapping[int, bytes], request: HttpRequest | None = None) -> None:
    """Makes these WebP files, one for each of `WIDTHS`, somebody's picture. Files come before the row, old ones go after."""
    if set(files) != set(WIDTHS):
        raise ValueError(f"an avatar comes in the widths {WIDTHS}")
    folder = avatars_folder(person.pk)
    folder.mkdir(parents=True, exist_ok=True)
    for width, content in files.items():
        part = folder / f"{avatar_name(key, width)}.part"
        part.write_bytes(content)
        part.replace(folder / avatar_name(key, width))
    _change(person, key, request)


def take_avatar_away(*, person: User, request: HttpRequest | None = None) -> None:
    _change(person, "", request)


@transaction.atomic
def _change(person: User, key: str, request: HttpRequest | None) -> None:
    before = User.objects.select_for_update(of=("self",)).values_list("avatar", flat=True).get(pk=person.pk)
    if before == key:
        return
    person.avatar = key
    person.save(update_fields=["avatar", "updated_at"])
    record("profile.changed", actor=person, subject=person, request=request, fields=["avatar"])
    if before:
        old = [avatars_folder(person.pk) / avatar_name(before, width) for width in WIDTHS]
        transaction.on_commit(partial(_unlink, old))
    avatar_changed.send(User, person=person)


def find_avatar(*, person_id: UUID, key: str, width: int, viewer: object) -> str:
    """The file's name below the media folder, for whoever may see the profile. Raises NotFound."""
    person = User.objects.filter(pk=person_id, avatar=key).first() if width in WIDTHS else None
    if person is None:
        raise NotFound("There is nothing here.")
    check_see_profile(viewer, person)
    return f"avatars/{person_id}/{avatar_name(key, width)}"


def remove_files(person: User) -> None:
    """After the commit of the caller's transaction, in which the person goes."""
    transaction.on_commit(partial(shutil.rmtree, avatars_folder(person.pk), ignore_errors=True))


def _unlink(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
