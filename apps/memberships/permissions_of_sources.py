"""Who may connect campaigns and accounts elsewhere, look after them, and say what their tiers mean here."""

from typing import Any

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag
from apps.memberships.permissions import can_manage_members


def can_connect(person: Any) -> bool:
    return has_flag(person, Flag.CREATE) or can_manage_members(person)


def check_connect(person: Any) -> None:
    """Raises NotAllowed for those who create nothing here."""
    if not can_connect(person):
        raise NotAllowed("Campaigns are connected by those who create here.")


def can_map(person: Any) -> bool:
    """To give a tier of this site to somebody's patrons is to open everything that the tier opens, whoever made it."""
    return can_manage_members(person)


def check_map(person: Any) -> None:
    if not can_map(person):
        raise NotAllowed("What tiers mean here is said by those who look after the members.")
