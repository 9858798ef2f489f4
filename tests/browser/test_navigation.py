"""What plays goes on whatever page one walks to: the navigation matrix, with the site's line and without.

Every step asserts that the media element was never paused, emptied or moved, that it never waited, and that its time went on.
"""

from pathlib import Path

import pytest

from apps.catalog.enums import Kind
from tests.browser.driver import Page
from tests.browser.stream import make_stream
from tests.web.making import make_item

VIDEO = "document.querySelector('video')"
SECONDS = 60
STOPS = ["pause", "waiting", "emptied", "stalled", "error", "abort"]
COUNT = f"""
window.stops = [];
for (const type of {STOPS}) {VIDEO}.addEventListener(type, () => window.stops.push(type));
window.same = {VIDEO};
null
"""


@pytest.fixture(scope="session")
def long_stream(tmp_path_factory) -> Path:
    return make_stream(tmp_path_factory.mktemp("long"), seconds=SECONDS)


@pytest.fixture
def items(owner):
    fields = {"duration_ms": SECONDS * 1000}
    song = make_item(owner, "A slow song", slug="a-slow-song", kind=Kind.TRACK, **fields)
    return make_item(owner, "The harbour", slug="the-harbour", **fields), song


@pytest.fixture(params=["with-the-line", "without-websocket"])
def playing(request, page, site, member, items, long_stream) -> Page:
    """The harbour plays on its page, everything of it is loaded."""
    if request.param == "without-websocket":
        page.call("noSockets")
    page.sign_in(site.cookies_of(member))
    page.serve("**/hls/test/*", long_stream)
    page.reply("**/items/*/playback/", 200, {"master_url": "/hls/test/master.m3u8", "resume_ms": 0})
    page.goto(items[0].get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.5 && {VIDEO}.buffered.end(0) > 25")
    page.evaluate(COUNT)
    return page


def goes_on(page: Page, mode: str) -> None:
    """It plays on, was never stopped, and shows in the form that belongs to the page."""
    before = page.evaluate(f"{VIDEO}.currentTime")
    page.wait_until(f"{VIDEO}.currentTime > {before + 0.3}")
    assert page.evaluate("window.stops") == []
    assert page.evaluate(f"window.same === {VIDEO}")
    assert page.evaluate("document.querySelector('#player').dataset.mode") == mode


def arrives(page: Page, path: str) -> None:
    page.wait_until(f"location.pathname === '{path}'")
    page.wait_until("!document.querySelector('.htmx-request')")


def test_clicks_back_and_forward(playing, items):
    page = playing
    home = items[0].get_absolute_url()
    page.click(".brand")
    arrives(page, "/")
    goes_on(page, "mini")
    page.click(".person-button")
    page.click(".menu-panel >> text=Settings")
    arrives(page, "/settings/profile/")
    goes_on(page, "mini")
    page.call("goBack")
    arrives(page, "/")
    goes_on(page, "mini")
    page.call("goBack")
    arrives(page, home)
    goes_on(page, "docked")
    page.call("goForward")
    arrives(page, "/")
    goes_on(page, "mini")


def test_the_title_in_the_bar_leads_back_and_docks_again(playing, items):
    page = playing
    page.click(".brand")
    arrives(page, "/")
    goes_on(page, "mini")
    page.click(".player-mini-title")
    arrives(page, items[0].get_absolute_url())
    goes_on(page, "docked")
    box = "JSON.stringify(document.querySelector('{}').getBoundingClientRect())"
    page.wait_until(f"{box.format('#player')} === {box.format('[data-player-slot]')}")


def test_ten_pages_one_after_another(playing, items):
    page = playing
    for _ in range(5):
        page.click(".brand")
        arrives(page, "/")
        page.click(f".item-card a[href='{items[1].get_absolute_url()}']")
        arrives(page, items[1].get_absolute_url())
        goes_on(page, "mini")


def test_a_form_with_errors_and_one_that_redirects(playing):
    page = playing
    page.click(".person-button")
    page.click(".menu-panel >> text=Settings")
    arrives(page, "/settings/profile/")
    page.click(".settings >> text=Access tokens")
    arrives(page, "/settings/tokens/")
    page.evaluate("document.querySelector('#id_name').removeAttribute('required')")
    page.click("text=Make token")
    page.wait_for(".field-errors")
    goes_on(page, "mini")
    page.trouble()
    page.fill("#id_name", "laptop")
    page.click("text=Make token")
    page.wait_for(".secret")
    goes_on(page, "mini")
    page.click(".row button")
    page.click("#ask [data-answer=yes]")
    page.wait_for(".notice >> text=is revoked")
    goes_on(page, "mini")


def link_to(page: Page, address: str) -> None:
    """Puts a link of the site's own kind on the page, and follows it."""
    page.evaluate(
        f"""(() => {{
            const link = Object.assign(document.createElement('a'), {{ href: '{address}', id: 'way', textContent: 'Go' }});
            document.querySelector('#main').prepend(link);
            htmx.process(link);
        }})()"""
    )
    page.click("#way")


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_page_of_trouble(playing, status):
    page = playing
    if status != 404:
        page.reply_with("**/trouble/", status, '<!DOCTYPE html><title>Oh</title><main id="main"><h1>Oh</h1></main>')
    link_to(page, "/trouble/")
    page.wait_until("location.pathname === '/trouble/' && !document.querySelector('#way')")
    goes_on(page, "mini")
    assert [sentence[:11] for sentence in page.trouble() if "/trouble/" in sentence] == [f"Answer: {status}"]
    page.call("goBack")
    page.wait_for("[data-player-slot]")
    goes_on(page, "docked")
    page.trouble()


def test_a_page_without_the_shell(playing):
    page = playing
    page.reply_with("**/bare/", 200, "<!DOCTYPE html><title>Bare</title><p>Nothing of the shell is here.</p>")
    link_to(page, "/bare/")
    page.wait_until("location.pathname === '/bare/'")
    goes_on(page, "mini")
    page.call("goBack")
    page.wait_for("[data-player-slot]")
    goes_on(page, "docked")
    page.click(".brand")
    arrives(page, "/")
    goes_on(page, "mini")


def test_another_item_takes_its_place(playing, items):
    page = playing
    page.click(".brand")
    arrives(page, "/")
    page.click(f".item-card a[href='{items[1].get_absolute_url()}']")
    arrives(page, items[1].get_absolute_url())
    goes_on(page, "mini")
    page.click("main .player-start")
    page.wait_until("document.querySelector('#player').dataset.mode === 'docked'")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 0.2 && {VIDEO}.currentTime < 20")
    assert page.evaluate("document.querySelector('[data-part=mini-title]').textContent") == "A slow song"
    assert page.evaluate(f"window.same === {VIDEO}")


def test_after_a_full_load_it_waits_in_the_bar_where_it_was(playing, items):
    page = playing
    page.click(".brand")
    arrives(page, "/")
    page.wait_until(f"{VIDEO}.currentTime > 3")
    page.call("reload")
    page.wait_until("document.documentElement.dataset.player === 'mini'")
    page.wait_until(f"{VIDEO}.currentTime > 2.5")
    assert page.text("[data-part=mini-title]") == "The harbour"


def test_closing_ends_it_and_it_goes_on_at_once_when_asked(playing, items):
    page = playing
    page.click(".brand")
    arrives(page, "/")
    page.click("#player [data-do=close]")
    page.wait_until("document.documentElement.dataset.player === 'closed'")
    assert page.evaluate(f"{VIDEO}.paused")
    page.call("goBack")
    page.wait_for(".player-start")
    page.click(".player-start")
    page.wait_until(f"!{VIDEO}.paused")
    assert page.evaluate(f"{VIDEO}.currentTime") > 0.5


def test_another_tab_that_begins_stops_this_one(playing):
    page = playing
    page.evaluate("new BroadcastChannel('bandstand.player').postMessage('playing')")
    page.wait_until(f"{VIDEO}.paused")
