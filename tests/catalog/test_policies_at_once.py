"""Policies that two people change at the same moment: what a thing says, and what it comes to, stay one thing."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from apps.catalog.access import viewer_of
from apps.catalog.models import Collection, Item
from apps.catalog.services.collections import create_collection, edit_collection, set_items
from apps.catalog.services.edit import edit_item
from tests.catalog.making import PUBLIC, SIGNED_IN, access
from tests.catalog.test_collections import make_collection
from tests.web.making import make_item

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def beside(act: Callable[[], Any]) -> Iterator[None]:
    """Lets `act` run beside an open transaction, which ends when `act` is through or waits for it."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            yield
            running = pool.submit(run)
            _until_it_waits(running)
        running.result(timeout=20)


def _until_it_waits(running: "Future[Any]") -> None:
    deadline = time.monotonic() + 20
    while not running.done() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def kinds(thing: Item | Collection) -> tuple[str | None, str]:
    """Of its own policy, and of what it comes to."""
    found = type(thing).objects.select_related("policy", "access").get(pk=thing.pk)
    return found.policy and found.policy.kind, found.access.kind


@pytest.fixture
def album(owner):
    return make_collection(owner)


def test_an_item_that_shuts_while_its_home_changes_stays_shut(owner, album):
    item, me = make_item(owner), viewer_of(owner)
    set_items(collection=album, viewer=me, item_ids=[item.pk])
    edit_collection(collection=album, viewer=me, policy={"kind": "rank", "rank": 20})
    with beside(lambda: edit_collection(collection=album, viewer=me, policy=PUBLIC)):
        edit_item(item=item, viewer=me, policy=SIGNED_IN)
    assert kinds(item) == ("signed_in", "signed_in")


def test_an_item_that_comes_to_inherit_while_its_home_shuts_is_shut(owner, album):
    item, me = make_item(owner, **access(kind="rank", rank=20)), viewer_of(owner)
    set_items(collection=album, viewer=me, item_ids=[item.pk])
    with beside(lambda: edit_item(item=item, viewer=me, policy=None)):
        edit_collection(collection=album, viewer=me, policy=SIGNED_IN)
    assert kinds(item) == (None, "signed_in")


def test_of_two_who_change_one_thing_the_later_one_counts(owner, album):
    item, me = make_item(owner), viewer_of(owner)
    with beside(lambda: edit_item(item=item, viewer=me, policy=PUBLIC)):
        edit_item(item=item, viewer=me, policy=SIGNED_IN)
    assert kinds(item) == ("public", "public")
    with beside(lambda: set_items(collection=album, viewer=me, item_ids=[item.pk])):
        edit_collection(collection=album, viewer=me, policy=SIGNED_IN)
    edit_item(item=item, viewer=me, policy=None)
    assert kinds(item) == (None, "signed_in")


def test_seasons_that_shut_or_come_to_inherit_while_their_series_changes(owner):
    me, series = viewer_of(owner), make_collection(owner, kind="series")
    season = make_collection(owner, kind="season", parent=series)
    edit_collection(collection=series, viewer=me, policy={"kind": "rank", "rank": 20})
    season.refresh_from_db()
    with beside(lambda: edit_collection(collection=series, viewer=me, policy=PUBLIC)):
        edit_collection(collection=season, viewer=me, policy=SIGNED_IN)
    assert kinds(season) == ("signed_in", "signed_in")
    with beside(lambda: edit_collection(collection=season, viewer=me, policy=None)):
        edit_collection(collection=series, viewer=me, policy={"kind": "rank", "rank": 30})
    assert kinds(season) == (None, "rank")


def test_a_season_that_is_made_while_its_series_shuts_is_shut(owner):
    me, series = viewer_of(owner), make_collection(owner, kind="series")
    known = Collection.objects.select_related("access").get(pk=series.pk)
    with beside(lambda: create_collection(owner=owner, viewer=me, kind="season", title="One", parent=known)):
        edit_collection(collection=series, viewer=me, policy=SIGNED_IN)
    assert kinds(Collection.objects.get(kind="season")) == (None, "signed_in")
