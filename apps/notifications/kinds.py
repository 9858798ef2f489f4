"""What people can be told of. An app registers its kinds in `AppConfig.ready()`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`title` names it in settings; `icon` is one of the sprite's."""

    name: str
    title: str
    icon: str = "bell"


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of notification are called {kind.name}")


def find_kind(name: str) -> Kind:
    """Raises LookupError for what no app has registered: a mistake in the code."""
    return _kinds[name]
