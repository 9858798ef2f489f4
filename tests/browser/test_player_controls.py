"""What people do with the player: its sliders, panels and keys, and what it does when the network or the site fails."""

from pathlib import Path

import pytest

from apps.catalog.enums import Kind
from tests.browser.driver import PHONE, Page
from tests.browser.stream import CHAPTERS, SECONDS, answer_of, make_beside, make_stream
from tests.web.making import make_item

VIDEO = "document.querySelector('video')"
PLAYBACK = "**/api/v1/items/*/playback/"


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_beside(make_stream(tmp_path_factory.mktemp("rich")))


@pytest.fixture
def item(owner):
    return make_item(owner, "The harbour", duration_ms=SECONDS * 1000, chapters=CHAPTERS)


@pytest.fixture
def song(owner):
    return make_item(owner, "A song", slug="song", kind=Kind.TRACK, duration_ms=SECONDS * 1000, chapters=CHAPTERS)


def started(page: Page, item, stream: Path, **answer: object) -> None:
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of(**answer))
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2 && {VIDEO}.buffered.length && {VIDEO}.buffered.end(0) > {SECONDS - 1}")


def started_at(page: Page, item, stream: Path, seconds: float) -> None:
    """The film goes on by itself at a position, at which nothing of its beginning is loaded."""
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of())
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > {seconds}")
    assert page.evaluate(f"{VIDEO}.buffered.start(0)") > 0


def paused(page: Page) -> None:
    page.press("body", "k")
    page.wait_until(f"{VIDEO}.paused")


def part(name: str) -> str:
    return f"document.querySelector('[data-part={name}]')"


def test_the_seek_bar_tells_time_chapter_and_picture_under_the_pointer(page, item, stream):
    started(page, item, stream)
    paused(page)
    width = page.evaluate(f"{part('seek')}.clientWidth")
    page.call("hover", "[data-part=seek]", {"position": {"x": width * 0.75, "y": 8}})
    page.wait_until(f"!{part('thumb')}.hidden")
    assert page.text("[data-part=hover-time]") == "0:09"
    assert page.text("[data-part=hover-chapter]") == "Home"
    shown = page.evaluate(f"{part('thumb')}.style.backgroundImage + {part('thumb')}.style.backgroundPosition")
    assert "sheet_001.jpg" in shown
    assert "-640px" in shown
    assert page.evaluate(f"{part('ticks')}.childElementCount") == 2


def test_chapters_are_listed_marked_skipped_and_jumped_to(page, item, stream):
    started(page, item, stream)
    page.press("body", "n")
    page.wait_until(f"{VIDEO}.currentTime >= 4 && {VIDEO}.currentTime < 6")
    page.wait_until(f"{part('chapter-now')}.textContent === 'The long way round'")
    page.press("body", "p")
    page.wait_until(f"{VIDEO}.currentTime < 2")
    page.click("[data-part=chapters-button]")
    assert page.text("#player-chapters [aria-current]") == "0:00\nArriving"
    page.click("#player-chapters >> text=Home")
    page.wait_until(f"{VIDEO}.currentTime >= 8")
    page.wait_until("!document.querySelector('#player-chapters').matches(':popover-open')")


def test_subtitles_are_shown_chosen_and_remembered(page, item, stream):
    started(page, item, stream)
    paused(page)
    modes = f"[...{VIDEO}.textTracks].map((track) => track.mode).join()"
    assert page.evaluate(modes) == "disabled,disabled"
    page.press("body", "c")
    page.wait_until(f"{VIDEO}.textTracks[0].activeCues?.[0]?.text === 'The boats come in at four.'")
    page.click("[data-part=settings-button]")
    page.call("selectOption", "[data-part=text]", "1")
    page.wait_until(f"{VIDEO}.textTracks[1].activeCues?.[0]?.text === 'Um vier kommen die Boote.'")
    page.call("reload")
    page.wait_until(f"{modes} === 'disabled,showing'")
    page.press("body", "c")
    page.wait_until(f"{modes} === 'disabled,disabled'")


def test_speed_is_chosen_keeps_its_pitch_and_is_remembered_by_kind(page, item, song, stream):
    started(page, item, stream)
    page.click("[data-part=settings-button]")
    page.fill("[data-part=rate-choice]", "175")
    assert page.evaluate(f"[{VIDEO}.playbackRate, {VIDEO}.preservesPitch]") == [1.75, True]
    page.wait_until(f"{part('rate-shown')}.textContent === '1.75×'")
    page.press("body", "Escape")
    page.goto(song.get_absolute_url())
    page.click("main .player-start")
    page.wait_until(f"!{VIDEO}.paused && {part('mini-title')}.textContent === 'A song'")
    assert page.evaluate(f"{VIDEO}.playbackRate") == 1
    page.goto(item.get_absolute_url())
    page.click("main .player-start")
    page.wait_until(f"{VIDEO}.playbackRate === 1.75")


def test_the_time_that_remains_is_shown_when_asked_for(page, item, stream):
    started(page, item, stream)
    paused(page)
    page.press("body", "5")
    page.wait_until(f"{part('position')}.textContent === '0:06'")
    page.click("[data-part=time]")
    assert page.text("[data-part=time]").replace("\n", " ") in {"0:06 / −0:06", "0:06 / −0:05"}


def test_a_link_to_the_moment_is_told(page, item, stream):
    started(page, item, stream)
    paused(page)
    page.press("body", "5")
    page.wait_until(f"{part('position')}.textContent === '0:06'")
    page.evaluate("window.told = [], addEventListener('bandstand:toast', ({detail}) => told.push(detail.text)), null")
    page.click("[data-part=settings-button]")
    page.click("text=Copy link at this time")
    page.wait_until("window.told.length")
    assert "6s" in page.evaluate("window.told[0]")


def test_the_keys_are_listed_and_can_be_switched_off(page, item, stream):
    started(page, item, stream)
    page.press("body", "?")
    page.wait_for("#player-keys[open]")
    assert "Full screen" in page.text("#player-keys")
    page.click("[data-part=shortcuts]")
    page.click("#player-keys >> text=Close")
    page.press("body", "k")
    assert page.evaluate(f"{VIDEO}.paused") is False


def test_whoever_types_in_a_field_does_not_steer_the_player(page, item, stream):
    started(page, item, stream)
    page.evaluate("document.querySelector('#main').insertAdjacentHTML('beforeend', '<input id=field>'), null")
    page.press("#field", "k")
    page.press("#field", "m")
    assert page.evaluate(f"[{VIDEO}.paused, {VIDEO}.muted, document.querySelector('#field').value]") == [
        False,
        False,
        "km",
    ]


def test_in_the_bar_the_page_keeps_its_own_keys(page, item, stream):
    started(page, item, stream)
    page.click(".brand")
    page.wait_until("document.documentElement.dataset.player === 'mini'")
    page.evaluate("document.activeElement.blur(), null")
    before = page.evaluate(f"{VIDEO}.volume")
    page.press("body", "ArrowDown")
    page.press("body", "Space")
    assert page.evaluate(f"[{VIDEO}.paused, {VIDEO}.volume]") == [False, before]
    page.press("body", "k")
    page.wait_until(f"{VIDEO}.paused")


def test_the_waveform_is_drawn_and_its_played_part_is_brass(page, song, stream):
    started(page, song, stream)
    page.wait_until(f"!{part('wave')}.hidden")
    paused(page)
    page.press("[data-part=seek]", "End")
    page.wait_until(f"{VIDEO}.currentTime > {SECONDS - 1}")
    page.call("waitForTimeout", 300)
    middle = f"(() => {{ const c = {part('wave')}; const d = c.getContext('2d').getImageData(0, c.height >> 1, c.width, 1).data; const seen = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 250) seen.add([d[i], d[i + 1], d[i + 2]].join()); return [...seen].join(';'); }})()"
    assert "228,189,113" in page.evaluate(middle)
    assert page.evaluate(f"getComputedStyle({VIDEO}).display") == "none"


def test_the_system_is_told_what_plays(page, item, stream):
    started(page, item, stream)
    assert page.evaluate("navigator.mediaSession.metadata.title") == "The harbour"
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    page.click(".brand")
    page.wait_until("document.documentElement.dataset.player === 'mini'")
    page.click("#player [data-do=close]")
    page.wait_until("navigator.mediaSession.metadata === null")


def test_full_screen_is_entered_and_left(page, item, stream):
    started(page, item, stream)
    page.press("body", "f")
    page.wait_until("document.fullscreenElement?.id === 'player'")
    page.wait_until(f"{part('fullscreen')}.ariaPressed === 'true'")
    page.press("body", "f")
    page.wait_until("!document.fullscreenElement")


def test_every_target_of_a_phone_is_large_enough_and_none_is_cut_off(browser, site, item, stream):
    with browser.page(site.url, **PHONE) as page:
        started(page, item, stream)
        paused(page)
        small = """[...document.querySelectorAll('#player button')].filter((one) => one.offsetParent).map((one) => {
            const { width, height, left, right } = one.getBoundingClientRect();
            const whole = left >= 0 && right <= innerWidth;
            return width >= 44 && height >= 44 && whole ? '' : (one.ariaLabel ?? one.textContent) + width;
        }).join('')"""
        assert page.evaluate(small) == ""
        page.evaluate("document.querySelector('.brand').click()")
        page.wait_until("document.documentElement.dataset.player === 'mini'")
        assert page.evaluate(small) == ""
        under = "document.querySelector('#player').getBoundingClientRect().bottom"
        assert page.evaluate(f"{under} <= document.querySelector('.site-dock').getBoundingClientRect().top + 1")
        assert page.trouble() == []


def test_a_gain_that_lowers_is_done_with_the_volume(page, item, stream):
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of())
    page.goto(item.get_absolute_url())
    page.evaluate(
        """(() => { const script = document.querySelector('[data-player-slot] script');
        script.textContent = JSON.stringify({ ...JSON.parse(script.textContent), gain_db: -6.0206 }); })()"""
    )
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    assert page.evaluate(f"{VIDEO}.volume") == pytest.approx(0.5, abs=0.01)
    assert page.evaluate(f"{part('volume')}.value") == "100"
    page.click("[data-part=settings-button]")
    page.click("[data-part=even]")
    assert page.evaluate(f"{VIDEO}.volume") == 1


def test_a_line_that_breaks_is_told_of_and_playing_goes_on_when_it_is_back(page, item, stream):
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of(captions=[]))
    page.call("cut", "**/hls/test/s*_00{2,3,4,5,6}.m4s")
    page.goto(item.get_absolute_url())
    page.click(".player-start")
    page.wait_until(f"!{part('weak')}.hidden")
    page.wait_until(f"{VIDEO}.currentTime > 2")
    page.call("mend", "**/hls/test/s*_00{2,3,4,5,6}.m4s")
    page.evaluate("dispatchEvent(new Event('online')), null")
    page.wait_until(f"{VIDEO}.currentTime > 5")
    page.wait_until(f"{part('weak')}.hidden")
    assert page.evaluate(f"{part('trouble')}.hidden")
    page.trouble()


def test_positions_of_a_person_are_kept_by_the_site_and_a_visitors_by_the_browser(
    browser, page, site, item, member, stream
):
    page.sign_in(site.cookies_of(member))
    started(page, item, stream)
    page.press("body", "5")
    page.wait_until(f"{VIDEO}.currentTime > 6.2")
    paused(page)
    deadline = 100
    while not member.playback_positions.filter(item=item, position_ms__gt=6000).exists():
        deadline -= 1
        assert deadline, "the position has not arrived"
        page.call("waitForTimeout", 50)
    assert page.trouble() == []
    with browser.page(site.url) as visitor:
        started(visitor, item, stream)
        visitor.press("body", "5")
        visitor.wait_until(f"{VIDEO}.currentTime > 6.2")
        paused(visitor)
        # Another tab: what a tab itself remembers to have played (return.js) lies over the button when it comes back.
        with browser.tab(visitor) as later:
            started_at(later, item, stream, 6)
            assert later.trouble() == []
        assert visitor.trouble() == []
    assert member.playback_positions.count() == 1


def test_a_film_that_a_tab_comes_back_to_waits_in_its_place_where_it_was(page, item, stream):
    started(page, item, stream)
    page.press("body", "5")
    page.wait_until(f"{VIDEO}.currentTime > 6.2")
    paused(page)
    page.goto("about:blank")
    page.goto(item.get_absolute_url())
    page.wait_until("document.documentElement.dataset.player === 'docked'")
    page.wait_until(f"{VIDEO}.readyState >= 2 && {VIDEO}.currentTime > 6")
    assert page.evaluate(f"{VIDEO}.paused") is True
    page.click("video")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime < 10")
