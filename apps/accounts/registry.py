"""How apps above say what they know of a person: on `/api/v1/me/`, in the export of one's own data, and when somebody leaves.

register_fact("entitlements", EntitlementsSerializer, read)      in AppConfig.ready()
register_export("grants", rows)
register_known_address(is_supporter)
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

Knows = Callable[[str], bool]

_facts: dict[str, Fact] = {}
_knowers: list[Knows] = []
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


def register_known_address(knows: Knows) -> None:
    """`knows(email)` says whether the site has heard of an address without an account, as of a supporter's.

    `email` is in lower case. Whoever proves such an address by a code gets an account. It is asked within a request.
    """
    if knows not in _knowers:
        _knowers.append(knows)


def is_known_address(email: str) -> bool:
    answers = [knows(email) for knows in _knowers]  # all of them: how long it takes tells nothing
    return any(answers)
