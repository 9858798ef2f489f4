"""`make screenshots`: every page on phone and desktop, in paper and ink, into var/screenshots (run by pytest, by name)."""

from pathlib import Path

import pytest
from django.conf import settings

from apps.accounts.services.tokens import create_token
from apps.catalog.enums import Kind, Policy, State
from tests.browser.driver import DESKTOP, PHONE
from tests.browser.stream import make_stream
from tests.web.making import make_item, make_job

FOLDER = Path(settings.PROJECT_DIR) / "var" / "screenshots"
TITLES = (
    "The harbour at four",
    "Letters from Lisbon",
    "Third rehearsal",
    "Rain, and what came after",
    "Night bus",
    "Ålesund",
)


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_stream(tmp_path_factory.mktemp("stream"))


@pytest.fixture
def places(owner, moderator) -> dict[str, str]:
    """Addresses by name; a trailing `!` means: seen by nobody in particular."""
    shown = [make_item(owner, title, kind=Kind.TRACK if i % 3 == 2 else Kind.VIDEO) for i, title in enumerate(TITLES)]
    locked = make_item(owner, "For the regulars", policy=Policy.SIGNED_IN)
    made = make_item(moderator, "Still in the oven", state=State.PREPARING)
    make_job(made, stage="Encoding", progress_done=41, progress_total=100)
    failed = make_item(moderator, "Not a film", state=State.FAILED, trouble="This file has no picture and no sound.")
    create_token(owner=moderator, name="Laptop", scopes=["read", "play"])
    create_token(owner=moderator, name="Nightly backup script", scopes=["read", "upload", "write"])
    return {
        "home": "/",
        "home-visitor!": "/",
        "item": shown[0].get_absolute_url(),
        "item-locked!": locked.get_absolute_url(),
        "item-preparing": made.get_absolute_url(),
        "item-failed": failed.get_absolute_url(),
        "sign-in!": "/accounts/login/",
        "sign-up!": "/accounts/signup/",
        "reset-password!": "/accounts/password/reset/",
        "email": "/accounts/email/",
        "password": "/accounts/password/change/",
        "sign-out": "/accounts/logout/",
        "tokens": "/settings/tokens/",
        "jobs": "/jobs/",
        "jobs-all": "/jobs/all/",
        "licences": "/about/licences/",
        "missing": "/nowhere/",
    }


@pytest.mark.parametrize("theme", ["paper", "ink"])
@pytest.mark.parametrize(("form", "options"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_pictures(browser, site, moderator, places, stream, form, options, theme):
    FOLDER.mkdir(parents=True, exist_ok=True)
    scheme = {"paper": "light", "ink": "dark"}[theme]
    with (
        browser.page(site.url, **options, colorScheme=scheme) as visitor,
        browser.page(site.url, **options, colorScheme=scheme) as person,
    ):
        person.sign_in(site.cookies_of(moderator))
        person.serve("**/hls/test/*", stream)
        person.reply("**/playback/", 200, {"master_url": "/hls/test/master.m3u8", "resume_ms": 4000})
        for name, path in places.items():
            page = visitor if name.endswith("!") else person
            page.goto(path)
            page.wait_until("document.fonts.status === 'loaded'")
            page.screenshot(FOLDER / f"{name.rstrip('!')}-{form}-{theme}.png")
        person.goto(places["item"])
        person.click(".player-start")
        person.wait_until("document.querySelector('video').currentTime > 4.3")
        person.press("body", "k")
        person.screenshot(FOLDER / f"item-playing-{form}-{theme}.png")
        person.click(".person-button")
        person.screenshot(FOLDER / f"menu-{form}-{theme}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_empty_stand(browser, site, theme):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with browser.page(site.url, colorScheme=theme) as page:
        page.goto("/")
        page.screenshot(FOLDER / f"empty-{theme}.png")
