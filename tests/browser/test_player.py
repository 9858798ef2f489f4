"""The player alone, on a stream that FFmpeg made; that what the site publishes plays is tested with streaming."""

from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.stream import SECONDS, make_stream
from tests.web.making import make_item

VIDEO = "document.querySelector('video')"
PLAYBACK = "**/api/v1/items/*/playback/"


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_stream(tmp_path_factory.mktemp("stream"))


@pytest.fixture
def item(owner):
    return make_item(owner, duration_ms=SECONDS * 1000)


def opened(page: Page, item, stream: Path, *, query: str = "", resume_ms: int = 0) -> None:
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, {"master_url": "/hls/test/master.m3u8", "progressive_url": None, "resume_ms": resume_ms})
    page.goto(item.get_absolute_url() + query)
    page.wait_until("document.documentElement.dataset.player === 'closed'")


def test_a_click_plays_the_stream_from_the_beginning_without_a_gap(page, item, stream):
    opened(page, item, stream)
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 1")
    page.wait_until(f"{VIDEO}.buffered.length && {VIDEO}.buffered.end(0) > {SECONDS - 0.5}")
    assert page.evaluate(f"{VIDEO}.buffered.length") == 1
    assert page.evaluate(f"{VIDEO}.buffered.start(0)") == pytest.approx(0, abs=0.05)
    assert page.evaluate(f"{VIDEO}.videoWidth") == 320
    assert page.evaluate(f"{VIDEO}.webkitAudioDecodedByteCount") > 0
    assert page.evaluate(f"{VIDEO}.error") is None
    assert page.call("getAttribute", "[data-part=toggle]", "aria-label") == "Pause"
    page.click("video")
    page.wait_until(f"{VIDEO}.paused")


def test_the_keyboard_plays_skips_and_silences(page, item, stream):
    opened(page, item, stream)
    page.press("body", "k")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.press("body", "k")
    page.wait_until(f"{VIDEO}.paused")
    page.press("body", "5")
    page.wait_until(f"Math.abs({VIDEO}.currentTime - {SECONDS / 2}) < 0.3")
    page.press("body", "ArrowLeft")
    page.wait_until(f"{VIDEO}.currentTime < 1.5")
    page.press("body", "m")
    page.wait_until("document.querySelector('[data-part=mute]').ariaPressed === 'true'")
    assert page.evaluate(f"{VIDEO}.muted") is True
    page.call("reload")
    page.wait_for(".player-start")
    page.wait_until(f"{VIDEO}.muted")


@pytest.mark.parametrize(("query", "resume_ms", "begins"), [("", 5000, 5), ("?t=8s", 5000, 8), ("", 11_900, 0)])
def test_a_player_begins_where_it_should(page, item, stream, query, resume_ms, begins):
    opened(page, item, stream, query=query, resume_ms=resume_ms)
    page.click(".player-start")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.readyState >= 3")
    assert begins - 0.1 <= page.evaluate(f"{VIDEO}.currentTime") < begins + 2.5


def test_the_slider_moves_by_keyboard_and_says_where_it_is(page, item, stream):
    opened(page, item, stream)
    page.press("body", "k")
    page.wait_until(f"{VIDEO}.currentTime > 0.1")
    page.press("body", "k")
    page.press("[data-part=seek]", "End")
    page.wait_until(f"{VIDEO}.currentTime > {SECONDS - 1}")
    assert "of 12 seconds" in page.call("getAttribute", "[data-part=seek]", "aria-valuetext")


def test_a_refusal_is_told_and_can_be_tried_again(page, item, stream):
    refusal = {"error": {"code": "sign_in", "message": "Sign in to play this."}}
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 403, refusal)
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until("document.querySelector('[data-part=trouble]').hidden === false")
    assert page.text("[data-part=trouble-text]") == "Sign in to play this."
    assert [sentence[:11] for sentence in page.trouble()] == ["Answer: 403"]
    page.reply(PLAYBACK, 200, {"master_url": "/hls/test/master.m3u8", "resume_ms": 0})
    page.click("text=Try again")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    assert page.call("isHidden", "[data-part=trouble]")


def test_a_stream_that_is_not_there_is_told_instead_of_asked_for_without_end(page, item, stream):
    opened(page, item, stream)
    page.reply("**/hls/test/*.m3u8", 404, {})
    page.click(".player-start")
    page.wait_until("document.querySelector('[data-part=trouble]').hidden === false")
    assert page.text("[data-part=trouble-text]") == "This stream is not there at the moment. Please try again later."
    page.call("waitForTimeout", 1_500)
    assert page.evaluate("document.querySelector('[data-part=trouble]').hidden") is False
    assert [sentence[:11] for sentence in page.trouble()] == ["Answer: 404"] * 2


def test_a_network_that_is_lost_before_the_stream_is_known_is_waited_for(page, item, stream):
    opened(page, item, stream)
    page.call("cut", "**/hls/test/*.m3u8")
    page.click(".player-start")
    page.wait_until("document.querySelector('[data-part=weak]').hidden === false")
    page.call("waitForTimeout", 4_000)  # hls.js itself has given up by now
    page.call("mend", "**/hls/test/*.m3u8")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.trouble()


def test_what_was_never_started_does_not_follow_to_other_pages(page, item, stream):
    opened(page, item, stream)
    page.call("hover", ".player-start")
    page.wait_until(f"{VIDEO}.readyState >= 2")
    page.click(".brand")
    page.wait_until("location.pathname === '/'")
    assert page.call("isHidden", "#player")


@pytest.mark.parametrize("started", [False, True])
def test_a_chapter_is_played_where_it_begins_without_leaving_the_page(page, owner, stream, started):
    chapters = [{"start_ms": 0, "title": "One"}, {"start_ms": 7500, "title": "Two"}]
    opened(page, make_item(owner, duration_ms=SECONDS * 1000, chapters=chapters), stream)
    page.evaluate("document.querySelector('video').dataset.same = 'yes'")
    if started:
        page.click(".player-start")
        page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.click("a[data-jump='7.5']")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 7.6")
    assert page.evaluate(f"{VIDEO}.currentTime") < 11
    assert page.evaluate(f"{VIDEO}.dataset.same") == "yes"
