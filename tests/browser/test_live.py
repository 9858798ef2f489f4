"""Pages learn what happens by socket, by event stream where sockets are blocked, and by asking where both are."""

import pytest

from apps.catalog.models import Item
from apps.core.realtime.hub import publish
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

# What a network without WebSockets looks like to a page: the connection comes to nothing.
NO_SOCKETS = """
window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose({ code: 1006 }), 0); }
  close() {}
};
"""
RUNG = "globalThis[Symbol.for('bandstand.live')].wire.rung"


@pytest.fixture(autouse=True)
def _small_ladder(settings):
    settings.STREAMING = {"chunk_s": 8, "preset": "ultrafast", "ladder": ((180, 200),)}


@pytest.fixture(params=["socket", "events", "poll"])
def rung(request, page, site, owner) -> str:
    """A page whose network lets this much through, signed in."""
    if request.param != "socket":
        page.call("addInitScript", NO_SOCKETS)
    if request.param == "poll":
        page.block("**/events/**")
    page.sign_in(site.cookies_of(owner))
    return request.param


def arrive(page, rung: str, path: str) -> None:
    page.goto(path)
    page.wait_until(f"{RUNG} === '{rung}'")
    page.evaluate("window.here = true, null")


def leave(page, rung: str) -> None:
    """It was one document, and nothing went wrong but what was blocked."""
    assert page.evaluate("window.here")
    assert [line for line in page.trouble() if rung != "poll" or "/events/" not in line] == []


def ingest(owner) -> Item:
    item, _ = ingest_file(path=clips.clip("short"), title="A short film", owner=owner)
    return item


def test_an_item_s_page_turns_into_its_player(page, rung, owner):
    item = ingest(owner)
    arrive(page, rung, item.get_absolute_url())
    assert page.text("#stage h2") == "Getting ready"
    run_jobs()
    page.wait_until("document.querySelector('#stage').dataset.scene === 'player'")
    leave(page, rung)


def test_the_studio_s_page_and_list_grow_along(browser, page, rung, owner):
    """Nothing there asks by the clock: where there is no line, the line's own asking tells them."""
    item = ingest(owner)
    arrive(page, rung, f"/studio/items/{item.pk}/")
    page.wait_for("#works .badge >> text=Being prepared")
    with browser.tab(page) as listed:
        listed.goto("/studio/")
        listed.wait_for(f"#item-{item.pk}[data-follow]")
        run_jobs()
        page.wait_for("#works .badge >> text=/^\\s*Ready/")
        listed.wait_for(f"#item-{item.pk} .badge >> text=/^\\s*Ready/")
    leave(page, rung)


def test_my_jobs_grow_along(page, rung, owner):
    ingest(owner)
    arrive(page, rung, "/jobs/")
    page.wait_for(".job-row >> text=Queued")
    run_jobs()
    page.wait_until("!document.querySelector('.job-row[data-follow]')")
    leave(page, rung)


def test_the_shell_shows_what_runs_and_that_it_has_ended(page, rung, owner):
    arrive(page, rung, "/")
    ingest(owner)
    page.wait_until("document.querySelector('#activity summary').ariaLabel !== 'Activity'")
    page.click("#activity summary")
    page.wait_for("#activity-jobs [data-job]")
    run_jobs()
    page.wait_for("#activity-jobs >> text=Nothing is running.")
    page.wait_until("document.querySelector('#activity summary').ariaLabel === 'Activity'")
    leave(page, rung)


def test_an_upload_is_followed_until_it_is_ready(page, rung):
    arrive(page, rung, "/studio/upload/")
    page.wait_for("[data-uploads-page][data-ready]")
    page.drop(clips.clip("short"))
    page.wait_for(".upload-row[data-state=checking]")
    run_jobs()
    page.wait_for(".upload-row[data-state=ready]")
    leave(page, rung)


def test_two_tabs_hold_one_socket_and_closing_the_leader_hands_over_without_loss(browser, page, site, owner):
    page.sign_in(site.cookies_of(owner))
    page.goto("/")
    page.wait_until("Boolean(globalThis[Symbol.for('bandstand.live')].wire.line?.isOpen)")
    listen = """window.heard = [], globalThis[Symbol.for('bandstand.live')].follow(
        'me', (event) => event.type === 'counted' && window.heard.push(event.seq)), null"""
    with browser.tab(page) as first, browser.tab(page) as second:
        for tab in (first, second):
            tab.goto("/jobs/")
            tab.wait_until("globalThis[Symbol.for('bandstand.live')].places.get('me').here")
            tab.evaluate(listen)
        assert [page.sockets(), first.sockets(), second.sockets()] == [1, 0, 0]
        publish(f"me:{owner.pk}", "counted", ref="1")
        for tab in (first, second):
            tab.wait_until("window.heard.length === 1")
        page.goto("about:blank")
        for number in range(2, 7):
            publish(f"me:{owner.pk}", "counted", ref=str(number))
        for tab in (first, second):
            tab.wait_until("window.heard.length === 6")
            assert tab.evaluate("window.heard") == sorted(tab.evaluate("window.heard"))
        assert sorted([first.sockets(), second.sockets()]) == [0, 1]
        for tab in (first, second):
            assert tab.trouble() == []


def test_two_people_in_one_browser_never_share_a_line(browser, page, site, owner, member):
    """The first tab's page is still that of the person who has signed out meanwhile."""
    page.sign_in(site.cookies_of(owner))
    page.goto("/")
    page.wait_until("Boolean(globalThis[Symbol.for('bandstand.live')].wire.line?.isOpen)")
    page.sign_in(site.cookies_of(member))
    with browser.tab(page) as other:
        other.goto("/")
        other.wait_until("Boolean(globalThis[Symbol.for('bandstand.live')].wire.line?.isOpen)")
        assert [page.sockets(), other.sockets()] == [1, 1]
        assert other.trouble() == []
    # Its own line is cut: the browser's cookie now speaks for somebody else, and the page is told so.
    page.evaluate("globalThis[Symbol.for('bandstand.live')].wire.line.connection.close(), null")
    page.wait_for(".toast-note >> text=no longer signed in")
