"""A picture that somebody chose of themselves, made into what pages show (apps/accounts keeps it)."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.avatars import WIDTHS
from apps.accounts.models import User
from apps.accounts.services.avatar import place_avatar
from apps.core.errors import Invalid
from apps.media.services.picture import picture_from

MOST_BYTES = 5 << 20


def choose_avatar(*, person: User, content: Iterable[bytes], request: HttpRequest | None = None) -> None:
    """Makes the middle of a picture (PNG, JPEG or WebP of at most 5 MB) theirs. Takes some tenths of a second.

    It is decoded and written anew, so that nothing else that lay in the file is kept. Raises Invalid with a sentence.
    """
    with tempfile.TemporaryDirectory(prefix="avatar-", dir=settings.WORK_DIR) as folder:
        path = Path(folder, "picture")
        _write(path, content)
        picture = picture_from(path=path, folder=Path(folder), square=WIDTHS)
        if picture is None:
            raise _invalid("This is no picture that can be read. Take a PNG, JPEG or WebP file.")
        files = dict(zip(picture.widths, (file.read_bytes() for file in picture.files), strict=True))
        place_avatar(person=person, key=picture.key, files=files, request=request)


def _write(path: Path, content: Iterable[bytes]) -> None:
    written = 0
    with path.open("wb") as file:
        for block in content:
            written += len(block)
            if written > MOST_BYTES:
                raise _invalid(f"A picture may have {MOST_BYTES >> 20} MB at most.")
            file.write(block)


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="avatar", fields={"picture": [sentence]})
