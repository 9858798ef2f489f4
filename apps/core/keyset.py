"""Pages of a list on a page: `?before=<id>` leads on, newest first, by an index range and without a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30


@dataclass(frozen=True)
class KeysetPage:
    """`next_url` and `first_url` are empty where there is nothing older, and on the first page."""

    rows: Sequence[Any]
    next_url: str = ""
    first_url: str = ""


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def keyset_page(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> KeysetPage:
    """The next `size` of `rows` older than `?before=`; one query. What else the address asks for stays in the links."""
    before = uuid_or_none(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    query = request.GET.copy()
    query.pop("before", None)
    first_url = f"{request.path}?{query.urlencode()}".rstrip("?") if before else ""
    if len(found) <= size:
        return KeysetPage(found, first_url=first_url)
    query["before"] = str(found[size - 1].pk)
    return KeysetPage(found[:size], f"{request.path}?{query.urlencode()}", first_url)
