"""Lists in pages by the newest id: an index range however many rows there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30


@dataclass(frozen=True)
class ListPage:
    rows: Sequence[Any]
    next_url: str
    first_url: str


def page_of(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> ListPage:
    """The page that `?before=<id>` asks for; what is no id is the first page."""
    before = as_uuid(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    query = request.GET.copy()
    if len(found) > size:
        query["before"] = str(found[size - 1].pk)
    next_url = f"{request.path}?{query.urlencode()}" if len(found) > size else ""
    query.pop("before", None)
    first_url = f"{request.path}?{query.urlencode()}" if before else ""
    return ListPage(found[:size], next_url, first_url)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
