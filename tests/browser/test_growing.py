"""A stream is watched while it is still being encoded, in a real browser, without a reload of the page."""

import time

import pytest

from apps.catalog.models import Item
from apps.jobs.runner import run_next
from apps.streaming.enums import Offer
from apps.streaming.models import Generation
from apps.streaming.services.ingest import ingest_file
from tests import clips
from tests.jobs.running import run_jobs

VIDEO = "document.querySelector('video')"
# How many pictures of each height were shown is not told; the height of what is shown now is.
HEIGHT = f"{VIDEO}.videoHeight"
LADDER = {"chunk_s": 8, "preset": "ultrafast", "ladder": ((720, 1500), (360, 600), (180, 200))}


@pytest.fixture(autouse=True)
def _small_chunks(settings):
    settings.STREAMING = LADDER


def run_until_offered(item: Item, offer: int) -> Generation:
    for _ in range(20):
        generation = Generation.objects.filter(item=item).first()
        if generation and generation.offer >= offer:
            return generation
        assert run_next("default") or run_next("cpu")
    raise AssertionError("nothing is offered")


def encode_until_it_climbs(page) -> None:
    """One chunk after the other: a player that has all of what is there in the small size climbs with what comes next."""
    for _ in range(20):
        for _ in range(50):
            if page.evaluate(f"{HEIGHT} > 180"):
                return
            time.sleep(0.1)
        assert run_next("cpu") or run_next("default"), "the whole film is there, and it is still small"
    raise AssertionError("it stays small")


def test_a_page_plays_the_beginning_climbs_and_reaches_the_end_while_the_film_is_made(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    assert page.text("#stage h2") == "Getting ready"
    page.evaluate("window.here = true, null")
    run_until_offered(item, Offer.LEAD)
    page.wait_for(".player-start")
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.5")
    assert page.evaluate(HEIGHT) == 180
    page.evaluate("window.stops = 0, " + VIDEO + ".addEventListener('emptied', () => window.stops++), null")
    assert page.text("[data-part=duration]") == "0:30"

    run_until_offered(item, Offer.ALL)
    encode_until_it_climbs(page)
    run_jobs()
    item.refresh_from_db()
    assert item.state == "ready"
    page.wait_until(f"{VIDEO}.buffered.end({VIDEO}.buffered.length - 1) > 29.5")
    assert page.evaluate(f"{VIDEO}.buffered.length") == 1
    page.evaluate(f"{VIDEO}.playbackRate = 4, null")
    page.wait_until(f"{VIDEO}.ended")
    assert page.evaluate("[window.here, window.stops]") == [True, 0]
    assert page.evaluate(f"{VIDEO}.error") is None


def test_what_is_not_there_yet_cannot_be_jumped_to(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    run_until_offered(item, Offer.LEAD)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.press("body", "9")
    page.wait_until(f"{VIDEO}.currentTime > 4 && {VIDEO}.currentTime < 9")
    run_jobs()
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 9")


def begin_anew(first: Generation) -> None:
    """Another segment is missing than any encoder leaves out: the generation is given up, and the next one not yet there."""
    run_jobs("cpu")
    wrong = first.outputs.get(rendition__name="v180", index=1)
    wrong.segments = wrong.segments[:-1]
    wrong.save()
    while not Generation.objects.filter(pk=first.pk, state="failed").exists():
        assert run_next("default") or run_next("cpu")


def wait_for_refusal(page) -> None:
    """Until the page has asked for what is no longer there, and again for what is not there yet."""
    said = ""
    for _ in range(600):
        said += "\n".join(page.trouble())
        if "Answer: 409" in said:
            return
        time.sleep(0.1)
    raise AssertionError(said)


def test_a_stream_that_is_begun_anew_is_played_on_however_long_that_takes(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    first = run_until_offered(item, Offer.LEAD)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    begin_anew(first)
    wait_for_refusal(page)
    run_jobs()
    assert [row.state for row in Generation.objects.filter(item=item).order_by("number")] == ["failed", "published"]
    page.wait_until(f"{VIDEO}.currentTime > 10 || {VIDEO}.ended")
    page.wait_until(f"{HEIGHT} > 180")
    page.trouble()


def test_a_pause_stays_one_when_its_stream_is_begun_anew(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    first = run_until_offered(item, Offer.LEAD)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.evaluate(f"{VIDEO}.pause(), window.begun = 0, {VIDEO}.addEventListener('play', () => window.begun++), null")
    begin_anew(first)
    wait_for_refusal(page)
    run_jobs()
    page.wait_until(f"{VIDEO}.readyState > 2")
    assert page.evaluate(f"[{VIDEO}.paused, window.begun]") == [True, 0]
    page.click("[data-do=toggle]")
    page.wait_until(f"{VIDEO}.currentTime > 5")
    page.trouble()


def test_a_growing_stream_is_looked_at_again_after_a_look_that_failed(page, site, owner):
    item, _ = ingest_file(path=clips.clip("film"), title="A short film", owner=owner)
    run_until_offered(item, Offer.LEAD)
    page.sign_in(site.cookies_of(owner))
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    page.call("cut", "**/playback/")
    run_jobs()
    page.wait_until(f"{VIDEO}.buffered.end({VIDEO}.buffered.length - 1) > 25")
    page.call("mend", "**/playback/")
    page.wait_until(f"{HEIGHT} > 180")
    page.trouble()
