"""Who may bring files."""

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag


def can_upload(person: object) -> bool:
    return has_flag(person, Flag.CREATE)


def check_upload(person: object) -> None:
    """Raises NotAllowed."""
    if not can_upload(person):
        raise NotAllowed("Your account may not upload files.")
