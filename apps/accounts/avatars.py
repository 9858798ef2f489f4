"""Pictures of people: where their files lie, and where pages and programs find them.

`<folder>/<person>/<key>-<width>.webp`; the key changes with the content, so that what is kept by browsers never goes stale.
"""

from pathlib import Path
from uuid import UUID

from django.conf import settings

WIDTHS = (96, 320)


def avatars_folder(person_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "avatars" / str(person_id)


def avatar_name(key: str, width: int) -> str:
    return f"{key}-{width}.webp"


def avatar_names(key: str) -> set[str]:
    """The files of one picture."""
    return {avatar_name(key, width) for width in WIDTHS}


def avatar_url(person_id: UUID, key: str, width: int = WIDTHS[-1]) -> str:
    """Empty for whoever has no picture."""
    return f"/avatars/{person_id}/{avatar_name(key, width)}" if key else ""
