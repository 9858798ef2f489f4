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


@pytest.fixture
def site(transactional_db) -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with browser.page(site.url) as page:
        yield page
        assert page.trouble() == []
