"""How long pages of the catalogue take in their views with 100,000 items, each beside the bare query for its rows."""

import statistics
import time
from collections.abc import Callable, Iterator

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.access import NOBODY
from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.core.bench import Figure
from apps.core.models import new_id
from apps.web.catalogue import PAGE, shown_to
from apps.web.views.browse import browse
from apps.web.views.home import home

ITEMS = 100_000
ROUNDS = 60
BUDGET_MS, BUDGET_QUERIES = 25, 4
_KINDS = (Kind.VIDEO,) * 6 + (Kind.TRACK,) * 3 + (Kind.CLIP,)


def pages() -> Iterator[Figure]:
    """For a visitor. The rows are made for this and thrown away with the measurement's database."""
    _fill()
    middle = Item.objects.order_by("id").values_list("pk", flat=True)[ITEMS // 2]
    baseline = _p50_ms(lambda: list(shown_to(NOBODY, timezone.now()).order_by("-id")[: PAGE + 1]))
    for name, view, path in (
        ("front page", home, "/"),
        ("browse", browse, "/browse/"),
        ("browse, tracks", browse, "/browse/?kind=track"),
        ("browse, in the middle", browse, f"/browse/?after={middle}"),
    ):
        yield from _figures(name, view, path, baseline)


def _figures(name: str, view: Callable[[HttpRequest], HttpResponse], path: str, baseline_ms: float) -> Iterator[Figure]:
    def ask() -> None:
        request = RequestFactory().get(path)
        request.user = AnonymousUser()
        if view(request).status_code != 200:
            raise RuntimeError(f"{path} does not answer.")

    with CaptureQueriesContext(connection) as asked:
        ask()
    queries, p50 = len(asked), _p50_ms(ask)
    within = queries <= BUDGET_QUERIES
    yield Figure(f"{name}, {ITEMS:,} items: queries", queries, "queries", budget=f"≤ {BUDGET_QUERIES}", holds=within)
    title = f"{name}, {ITEMS:,} items: p50 in the view, beside the bare query"
    yield Figure(title, p50, "ms", baseline_ms, f"≤ {BUDGET_MS} ms", p50 <= BUDGET_MS)


def _p50_ms(action: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 2)


def _fill() -> None:
    owner, _ = User.objects.get_or_create(username="measured", defaults={"email": "measured@example.org"})
    now = timezone.now()
    rows = (
        Item(
            id=new_id(),
            owner=owner,
            title=f"Item {number}",
            slug="item",
            kind=_KINDS[number % len(_KINDS)],
            state=State.READY,
            published_at=now,
            duration_ms=60_000 + number,
        )
        for number in range(ITEMS)
    )
    Item.objects.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_item")
