"""`make screenshots`: every page on phone and desktop, in paper and ink, into var/screenshots (run by pytest, by name)."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.driver import DESKTOP, PHONE, Page
from tests.browser.pages import SETTLED, Who, pages
from tests.browser.stream import make_stream

FOLDER = Path(settings.PROJECT_DIR) / "var" / "screenshots"


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_stream(tmp_path_factory.mktemp("stream"))


def take(page: Page, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.wait_until(SETTLED)
    page.screenshot(FOLDER / f"{name}.png")


@pytest.mark.parametrize("theme", ["paper", "ink"])
@pytest.mark.parametrize(("form", "options"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_pictures(browser, site, owner, moderator, stream, form, options, theme):
    scheme = {"paper": "light", "ink": "dark"}[theme]
    with (
        browser.page(site.url, **options, colorScheme=scheme) as visitor,
        browser.page(site.url, **options, colorScheme=scheme) as person,
    ):
        person.sign_in(site.cookies_of(moderator))
        person.serve("**/hls/test/*", stream)
        person.reply("**/playback/", 200, {"master_url": "/hls/test/master.m3u8", "resume_ms": 4000})
        for shown in pages(owner, moderator):
            page = visitor if shown.who is Who.VISITOR else person
            page.goto(shown.path)
            take(page, f"{shown.name}-{form}-{theme}")
            if shown.name == "item":
                item = shown.path
        person.goto(item)
        person.click(".player-start")
        person.wait_until("document.querySelector('video').currentTime > 4.3")
        person.press("body", "k")
        take(person, f"item-playing-{form}-{theme}")
        person.click(".person-button")
        take(person, f"menu-{form}-{theme}")
        person.press("body", "Escape")
        person.goto("/settings/tokens/")
        person.click(".row >> text=Revoke >> nth=0")
        person.wait_until("document.querySelector('#ask').open")
        take(person, f"dialog-{form}-{theme}")
        person.press("body", "Escape")
        person.evaluate(
            "for (const [tone, text, action] of [['info', 'The site has been renewed.', {label: 'Reload', run() {}}],"
            " ['error', 'You are offline. Pages come back with the connection.', null]]) window.dispatchEvent("
            "new CustomEvent('bandstand:toast', {detail: {tone, text, action}}))"
        )
        take(person, f"toasts-{form}-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_empty_stand(browser, site, theme):
    with browser.page(site.url, colorScheme=theme) as page:
        page.goto("/")
        take(page, f"empty-{theme}")
