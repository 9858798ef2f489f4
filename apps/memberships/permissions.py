"""Who may decide about memberships."""

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag


def can_manage_members(person: object) -> bool:
    return has_flag(person, Flag.MANAGE_MEMBERS)


def check_manage_members(person: object) -> None:
    if not can_manage_members(person):
        raise NotAllowed("Only those who look after the members of this site may do that.")
