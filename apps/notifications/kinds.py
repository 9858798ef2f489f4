"""What people can be told of. An app registers its kinds in `AppConfig.ready()`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.flags import Flag, has_flag


@dataclass(frozen=True)
class Kind:
    """`title` names it in settings; `icon` is one of the sprite's. `flag`: only who carries it is ever told.

    `by_mail` is whether a mail goes out as well while the person has not chosen otherwise.
    """

    name: str
    title: str
    icon: str = "bell"
    flag: Flag | None = None
    by_mail: bool = False


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of notification are called {kind.name}")


def find_kind(name: str) -> Kind:
    """Raises LookupError for what no app has registered: a mistake in the code."""
    return _kinds[name]


def kinds_for(person: Any) -> Sequence[Kind]:
    """What this person can ever be told of, in the order of registration."""
    return [kind for kind in _kinds.values() if kind.flag is None or has_flag(person, kind.flag)]


def icon_of(name: str) -> str:
    """The picture of a kind; of one whose app is gone, the usual one."""
    kind = _kinds.get(name)
    return kind.icon if kind else "bell"
