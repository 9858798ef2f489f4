"""What a person may do, as flags. Roles carry them (apps/accounts); code asks for a flag, never for a role's name."""

from enum import StrEnum
from typing import Protocol


class Flag(StrEnum):
    VIEW = "view"
    CREATE = "create"
    RENAME = "rename"
    DELETE = "delete"
    MODERATE = "moderate"
    BROADCAST = "broadcast"
    MANAGE_MEMBERS = "manage_members"
    OPERATE = "operate"


class HasFlags(Protocol):
    """Anything that can be asked for a flag: a person, or nobody (AnonymousUser has none)."""

    def has_flag(self, flag: Flag) -> bool: ...


def has_flag(person: object, flag: Flag) -> bool:
    """Whether `person` carries `flag`; a visitor who is not signed in carries none."""
    ask = getattr(person, "has_flag", None)
    return bool(ask and ask(flag))
