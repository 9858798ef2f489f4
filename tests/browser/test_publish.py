"""A file from disk becomes a stream that plays in a browser, without a reload."""

import pytest

from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

VIDEO = "document.querySelector('video')"


@pytest.fixture(autouse=True)
def _chunks_of_eight_seconds(settings):
    settings.STREAMING = {"chunk_s": 8, "preset": "ultrafast", "ladder": ((360, 600),)}


def test_a_page_turns_into_the_player_by_itself_and_plays_without_a_gap(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    assert page.text("#stage h2") == "Getting ready"
    page.evaluate("window.told = 0, document.addEventListener('changed', () => window.told++, true)")
    run_jobs()
    item.refresh_from_db()
    page.wait_for(".player-start")
    assert page.evaluate("window.told") > 0, "the page learns it over the realtime line, not by asking again"
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 1")
    length = item.duration_ms / 1000
    page.wait_until(f"{VIDEO}.buffered.length && {VIDEO}.buffered.end({VIDEO}.buffered.length - 1) > {length - 0.5}")
    assert page.evaluate(f"{VIDEO}.buffered.length") == 1
    assert page.evaluate(f"{VIDEO}.buffered.start(0)") == pytest.approx(0, abs=0.05)
    assert page.evaluate(f"{VIDEO}.duration") == pytest.approx(length, abs=0.2)
    page.press("body", "9")
    page.wait_until(f"{VIDEO}.currentTime > {length * 0.9} && {VIDEO}.readyState >= 3")
    assert page.evaluate(f"{VIDEO}.error") is None


def test_a_browser_shows_every_frame_from_the_first_to_the_last(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    run_jobs()
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    page.wait_for(".player-start")
    page.evaluate("window.errors = 0, document.addEventListener('error', () => window.errors++, true)")
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0")
    page.evaluate(f"{VIDEO}.playbackRate = 2, null")
    page.wait_until(f"{VIDEO}.ended")
    assert page.evaluate(f"[{VIDEO}.buffered.length, {VIDEO}.buffered.start(0)]") == [1, 0]
    assert page.evaluate(f"{VIDEO}.getVideoPlaybackQuality().totalVideoFrames") == 900
    assert page.evaluate(f"{VIDEO}.getVideoPlaybackQuality().corruptedVideoFrames || 0") == 0
    assert page.evaluate("window.errors") == 0
    assert page.evaluate(f"{VIDEO}.error") is None


def test_the_list_of_jobs_grows_along_without_a_reload(page, site, owner):
    ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    page.sign_in(site.cookies_of(owner))
    page.goto("/jobs/")
    page.wait_for(".job-row >> text=Queued")
    run_jobs()
    page.wait_for(".job-row >> text=Done")
