"""How apps above say what they know of a person: on `/api/v1/me/`, in the export of one's own data, and when somebody leaves.

register_fact("entitlements", EntitlementsSerializer, read)      in AppConfig.ready()
register_export("grants", rows)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.serializers import BaseSerializer


@dataclass(frozen=True)
class Fact:
    """A field of `/api/v1/me/`: `read(person)` gives what the serializer (a class) shows."""

    name: str
    serializer: type[BaseSerializer[Any]]
    read: Callable[[Any], Any]


Rows = Callable[[Any], Iterable[Mapping[str, Any]]]

_facts: dict[str, Fact] = {}
_exports: dict[str, Rows] = {}


def register_fact(name: str, serializer: type[BaseSerializer[Any]], read: Callable[[Any], Any]) -> None:
    _facts[name] = Fact(name, serializer, read)


def register_export(name: str, rows: Rows) -> None:
    """`rows(person)` yields what is kept of them, as JSON-able mappings without other people's secrets."""
    _exports[name] = rows


def facts() -> list[Fact]:
    return list(_facts.values())


def exports() -> Mapping[str, Rows]:
    return dict(_exports)
