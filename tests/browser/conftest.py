"""A browser on the real server. Every page is asserted to have had no trouble; a test that expects some takes it first."""

from collections.abc import Iterator

import pytest

from tests.browser.driver import Browser, Page
from tests.serving import Site, serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.end()


@pytest.fixture(scope="session")
def server(django_db_setup) -> Iterator[Site]:
    """One server for all browser tests of a process: what it serves is in the database, emptied between tests."""
    with serving() as site:
        yield site


@pytest.fixture
def site(server: Site, transactional_db) -> Site:
    return server


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with browser.page(site.url) as page:
        yield page
        assert page.trouble() == []
