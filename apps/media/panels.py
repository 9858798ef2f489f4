"""What `/settings/membership/` shows of files."""

from typing import Any

from apps.core.flags import Flag, has_flag
from apps.media.services.uploads.quota import room_of


def room(person: Any) -> dict[str, Any] | None:
    """For those who may bring files."""
    return {"room": room_of(person)} if has_flag(person, Flag.CREATE) else None
