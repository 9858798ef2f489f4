"""The transcript below the player: opened, read along, searched, and gone through by keyboard."""

from pathlib import Path

import pytest

from apps.streaming.enums import RenditionKind
from apps.streaming.models import Rendition
from apps.streaming.webvtt import Cue, write_cues
from tests.browser.driver import PHONE, Page
from tests.browser.stream import LONG_SECONDS, answer_of, make_beside, make_choices
from tests.streaming.making import make_stream

VIDEO = "document.querySelector('video')"
PLAYBACK = "**/api/v1/items/*/playback/"
NOW = "document.querySelector('#transcript [aria-current=true][data-jump]')?.textContent"
SPOKEN = {
    "t1": ("en", "English", ["The boats come in.", "Then it is quiet.", "Somebody sings.", "The boats go out."]),
    "t2": ("de", "Deutsch", ["Die Boote kommen.", "Dann ist es still.", "Jemand singt.", "Die Boote gehen."]),
}


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_beside(make_choices(tmp_path_factory.mktemp("choices")))


@pytest.fixture
def item(owner):
    """A line every ten seconds."""
    made = make_stream(owner, duration_ms=LONG_SECONDS * 1000)
    for name, (language, title, lines) in SPOKEN.items():
        vtt = write_cues([Cue(i * 10_000, i * 10_000 + 6000, line) for i, line in enumerate(lines)])
        (made.folder / name).mkdir()
        (made.folder / name / "subtitles.vtt").write_text(vtt)
        wanted = {"kind": RenditionKind.TEXT, "size_bytes": len(vtt), "title": title, "main": name == "t1"}
        Rendition.objects.create(generation=made, name=name, language=language, **wanted)
    return made.item


def opened(page: Page, item, stream: Path, query: str = "") -> None:
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of())
    page.goto(item.get_absolute_url() + query)
    page.call("hover", "#transcript summary")  # it comes into view, and opens by itself
    page.wait_for("[data-transcript-text]")


def test_it_opens_in_view_seeks_marks_what_is_heard_and_keeps_the_page(page, item, stream):
    opened(page, item, stream)
    page.evaluate(f"window.here = true, {VIDEO}.dataset.same = 'yes', null")
    page.click("text=Somebody sings.")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 20 && {VIDEO}.currentTime < 29")
    page.wait_until(f"{NOW} === 'Somebody sings.'")
    page.evaluate(f"{VIDEO}.currentTime = 31, null")
    page.wait_until(f"{NOW} === 'The boats go out.'")
    assert page.evaluate("document.querySelectorAll('#transcript [data-jump][aria-current]').length") == 1
    assert page.evaluate(f"[window.here, {VIDEO}.dataset.same, location.search]") == [True, "yes", ""]
    assert page.axe() == []


def test_words_are_found_in_it_and_the_player_leaves_what_is_typed_alone(page, item, stream):
    opened(page, item, stream)
    page.fill("[data-transcript-search]", "BOATS")
    page.wait_until("document.querySelector('[data-transcript-found]').textContent === '2 places'")
    shown = (
        "[...document.querySelectorAll('[data-transcript-text] > p:not([hidden]) a')].map((a) => a.dataset.jump).join()"
    )
    assert page.evaluate(shown) == "0,30"
    assert page.evaluate("CSS.highlights.get('transcript-found').size") == 2
    assert page.evaluate("[...CSS.highlights.get('transcript-found')].join()") == "boats,boats"
    page.press("[data-transcript-search]", "m")
    page.wait_until("document.querySelector('[data-transcript-found]').textContent === 'Not in here'")
    assert page.evaluate(f"{VIDEO}.muted") is False
    page.fill("[data-transcript-search]", "")
    page.wait_until("document.querySelector('[data-transcript-found]').textContent === ''")
    assert page.evaluate(shown) == "0,10,20,30"


def test_another_language_is_read_where_the_player_stands(page, item, stream):
    opened(page, item, stream)
    page.click("#transcript >> text=The boats come in.")
    page.wait_until(f"{NOW} === 'The boats come in.'")
    page.click("#transcript .chip >> text=Deutsch")
    page.wait_until(f"{NOW} === 'Die Boote kommen.'")
    assert page.evaluate(f"{VIDEO}.paused") is False
    assert page.path() == item.get_absolute_url()
    assert page.text("#transcript .chip[aria-current]") == "Deutsch"


def test_it_is_one_stop_of_the_tab_key_and_arrows_go_through_it(page, item, stream):
    opened(page, item, stream)
    stops = "[...document.querySelectorAll('#transcript [data-jump]')].filter((a) => a.tabIndex === 0).map((a) => a.dataset.jump).join()"
    assert page.evaluate(stops) == "0"
    page.call("focus", "#transcript [data-jump]")
    volume = page.evaluate(f"{VIDEO}.volume")
    page.press("#transcript [data-jump='0']", "ArrowDown")
    page.press("#transcript [data-jump='10']", "ArrowDown")
    assert page.evaluate("document.activeElement.dataset.jump") == "20"
    assert page.evaluate(stops) == "20"
    assert page.evaluate(f"{VIDEO}.volume") == volume
    page.press("#transcript [data-jump='20']", "Enter")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 20")


def test_on_a_phone_it_stays_closed_until_it_is_opened_and_nothing_is_cut_off(browser, site, item, stream):
    with browser.page(site.url, **PHONE) as page:
        page.serve("**/hls/test/*", stream)
        page.reply(PLAYBACK, 200, answer_of())
        page.goto(item.get_absolute_url())
        page.evaluate("document.querySelector('#transcript').scrollIntoView(), null")
        page.call("waitForTimeout", 500)
        assert page.evaluate("document.querySelector('#transcript details').open") is False
        page.click("#transcript summary")
        page.wait_for("[data-transcript-text]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.axe() == []
        assert page.trouble() == []


def test_without_scripts_it_is_read_by_a_link(browser, site, item):
    with browser.page(site.url, javaScriptEnabled=False) as page:
        page.goto(item.get_absolute_url())
        page.click("#transcript summary")
        page.click("#transcript >> text=Read the transcript")
        page.wait_for("#transcript a[href='?t=20']")
