"""Fixtures that every test may use: the four people, and clients that speak for them."""

import os

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.catalog.models.policy import forget_site
from apps.core import rates, site_settings
from apps.memberships import ladder
from tests.emptying import empty_tables
from tests.template import use_template

# After each test whose rows were committed.
TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker) -> None:
    """Before a worker's database is made."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            use_template()


def make_person(username: str, role: str = Role.MEMBER, **fields) -> User:
    return User.objects.create_user(username, f"{username}@example.org", "correct horse", role=role, **fields)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits longest begins first, so that nobody waits for it at the end. Files that drive a browser are spread evenly over
    the rest: two browsers at once are too much for two cores.
    """
    place: dict[object, float] = {}
    for folder in (False, True):
        files = list(dict.fromkeys(item.path for item in items if ("browser" in item.path.parts) is folder))
        place |= {path: (number + 0.5) / len(files) for number, path in enumerate(files)}
    items.sort(key=lambda item: ("crash" not in item.path.parts, place[item.path]))


# Only what a test does renews a copy, never the clock: counts of queries are the same on a slow machine.
site_settings.FRESH_SECONDS = ladder.FRESH_SECONDS = 3600


@pytest.fixture(autouse=True)
def _fresh_copies():
    """A process keeps its copies of settings, tiers and policies for some seconds: no test shall see another one's."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    site_settings.forget()
    ladder.forget()
    forget_site()


@pytest.fixture
def limits_hold(settings, monkeypatch):
    """Requests are counted, and time stands still for the counts: no window ends between two requests."""
    settings.RATES_ON = True
    monkeypatch.setattr(rates, "_now", lambda: 1_800_000_000.0)
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def owner(db) -> User:
    """Whose thing it is: a creator."""
    return make_person("olive", Role.CREATOR)


@pytest.fixture
def member(db) -> User:
    return make_person("mila")


@pytest.fixture
def stranger(db) -> User:
    return make_person("sven")


@pytest.fixture
def moderator(db) -> User:
    """Who operates the site."""
    return make_person("maren", Role.TEAM)
