"""What somebody chooses in the player: rung, languages, speed, a window of its own; and sound that is made louder."""

from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.stream import LONG_SECONDS, answer_of, make_beside, make_choices
from tests.web.making import make_item

VIDEO = "document.querySelector('video')"
PLAYBACK = "**/api/v1/items/*/playback/"
CAPTION = {"forced": False, "default": False, "kind": "subtitles"}


@pytest.fixture(scope="session")
def stream(tmp_path_factory) -> Path:
    return make_beside(make_choices(tmp_path_factory.mktemp("choices")))


@pytest.fixture
def film(owner):
    return make_item(owner, "The harbour", duration_ms=LONG_SECONDS * 1000)


@pytest.fixture
def other(owner):
    return make_item(owner, "The island", slug="the-island", duration_ms=LONG_SECONDS * 1000)


def part(name: str) -> str:
    return f"document.querySelector('[data-part={name}]')"


def served(page: Page, stream: Path, **answer: object) -> None:
    page.serve("**/hls/test/*", stream)
    page.reply(PLAYBACK, 200, answer_of(**answer))


def played(page: Page, item) -> None:
    page.goto(item.get_absolute_url())
    page.click("main .player-start")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 0.2")


def chosen(page: Page, name: str) -> str:
    return str(page.evaluate(f"{part(name)}.selectedOptions[0].text"))


def choose(page: Page, name: str, label: str) -> None:
    page.click("[data-part=settings-button]")
    page.call("selectOption", f"[data-part={name}]", {"label": label})
    page.press("body", "Escape")


def fetched(name: str) -> str:
    """How many segments of a rendition the page has fetched."""
    return f"performance.getEntriesByType('resource').filter((one) => one.name.includes('/s_{name}_')).length"


def test_the_language_of_the_sound_is_chosen_without_a_gap_and_remembered(page, film, other, stream):
    served(page, stream)
    played(page, film)
    page.wait_until(f"!{part('sound-row')}.hidden")
    assert chosen(page, "sound") == "English"
    assert page.evaluate(fetched("de")) == 0
    choose(page, "sound", "Deutsch")
    page.wait_until(f"{fetched('de')} > 0")
    at = page.evaluate(f"{VIDEO}.currentTime")
    page.wait_until(f"!{VIDEO}.paused && {VIDEO}.currentTime > {at} + 1")
    page.wait_until(f"{part('sound')}.selectedOptions[0].text === 'Deutsch'")
    played(page, other)
    page.wait_until(f"{part('sound')}.selectedOptions[0]?.text === 'Deutsch'")
    page.wait_until(f"{fetched('de')} > 0")


def test_one_language_of_sound_is_no_choice(page, film, stream, tmp_path):
    master = (stream / "master.m3u8").read_text().splitlines(keepends=True)
    for file in stream.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "master.m3u8").unlink()
    (tmp_path / "master.m3u8").write_text("".join(line for line in master if 'LANGUAGE="de"' not in line))
    served(page, tmp_path)
    played(page, film)
    page.wait_until(f"!{part('quality-row')}.hidden")
    assert page.evaluate(f"{part('sound-row')}.hidden") is True


def test_a_rung_is_chosen_remembered_and_given_back_to_the_player(page, film, other, stream):
    served(page, stream)
    played(page, film)
    page.wait_until(f"!{part('quality-row')}.hidden")
    rungs = f"[...{part('quality')}.options].map((one) => one.text.replace(/ \\(.*/, '')).join()"
    assert page.evaluate(rungs) == "Automatic,Data saver,180p,90p"
    choose(page, "quality", "90p")
    page.wait_until(f"{VIDEO}.videoHeight === 90")
    assert chosen(page, "quality") == "90p"
    played(page, other)
    page.wait_until(f"{VIDEO}.videoHeight === 90")
    page.wait_until(f"{part('quality')}.selectedOptions[0]?.text === '90p'")
    assert page.evaluate(fetched("p180")) == 0
    automatic = page.evaluate(f"[...{part('quality')}.options].find((one) => one.value === 'auto').text")
    choose(page, "quality", automatic)
    page.wait_until(f"{part('quality')}.value === 'auto'")
    played(page, film)
    page.wait_until(f"{part('quality')}.selectedOptions[0]?.text.startsWith('Automatic (')")
    page.wait_until(f"{VIDEO}.videoHeight === 180")


def test_the_picker_says_what_the_automatic_choice_plays_as_soon_as_it_is_chosen(page, film, stream):
    served(page, stream)
    played(page, film)
    page.wait_until(f"!{part('quality-row')}.hidden")
    choose(page, "quality", "180p")
    choose(page, "quality", "Automatic")
    page.wait_until(f"{part('quality')}.selectedOptions[0].text.startsWith('Automatic (')")


def test_captions_follow_the_language_to_another_film_whatever_their_order_there(page, film, other, stream):
    german = {**CAPTION, "language": "de", "label": "Deutsch", "url": "/hls/test/de.vtt"}
    english = {**CAPTION, "language": "en", "label": "English", "url": "/hls/test/en.vtt"}
    served(page, stream, captions=[english, german])
    played(page, film)
    choose(page, "text", "Deutsch")
    page.wait_until(f"{VIDEO}.textTracks[1].mode === 'showing'")
    page.reply(PLAYBACK, 200, answer_of(captions=[german, english]))
    played(page, other)
    page.wait_until(f"{VIDEO}.textTracks[0]?.activeCues?.[0]?.text === 'Um vier kommen die Boote.'")
    assert page.evaluate(f"{VIDEO}.textTracks[1].mode") == "disabled"
    page.reply(PLAYBACK, 200, answer_of(captions=[english]))
    played(page, film)
    page.wait_until(f"{VIDEO}.textTracks.length === 1")
    assert page.evaluate(f"{VIDEO}.textTracks[0].mode") == "disabled"
    assert page.evaluate(f"{part('text')}.value") == "-1"


def test_the_speed_stays_when_another_film_is_started_in_the_same_page(page, film, other, stream):
    served(page, stream)
    played(page, film)
    page.click("[data-part=settings-button]")
    page.fill("[data-part=rate-choice]", "150")
    page.press("body", "Escape")
    page.click(".brand")
    page.wait_until("document.documentElement.dataset.player === 'mini'")
    page.click("main a[href*='the-island']")
    page.wait_for("main .player-start")
    assert page.evaluate(f"[{VIDEO}.paused, {VIDEO}.playbackRate]") == [False, 1.5]
    page.click("main .player-start")
    page.wait_until(f"{part('title')}.textContent === 'The island' && {VIDEO}.currentTime > 0.2")
    assert page.evaluate(f"{VIDEO}.playbackRate") == 1.5
    assert page.text("[data-part=rate]") == "1.5×"


# A browser without a window system opens no second window: what our button asks for is heard in its place.
_WINDOWS = """
    Object.defineProperty(document, 'pictureInPictureEnabled', { get: () => window.offered ?? true });
    Object.defineProperty(document, 'pictureInPictureElement', { get: () => window.apart ?? null });
    HTMLVideoElement.prototype.requestPictureInPicture = async function () {
      if (window.refuses) throw new DOMException('no', 'NotAllowedError');
      window.apart = this;
    };
    document.exitPictureInPicture = async () => { window.apart = null; };
"""


def test_picture_in_picture_is_entered_left_and_refused_with_a_word(page, film, stream):
    page.call("addInitScript", {"content": _WINDOWS})
    served(page, stream)
    played(page, film)
    page.click("[data-part=pip]")
    page.wait_until(f"window.apart === {VIDEO}")
    page.click("[data-part=pip]")
    page.wait_until("window.apart === null")
    page.evaluate("window.refuses = true, null")
    page.evaluate("window.told = [], addEventListener('bandstand:toast', ({detail}) => told.push(detail.text)), null")
    page.click("[data-part=pip]")
    page.wait_until("window.told[0] === 'This browser does not offer picture in picture.'")
    assert page.evaluate(f"{VIDEO}.paused") is False


def test_where_there_is_no_picture_in_picture_there_is_no_button(page, film, stream):
    page.call("addInitScript", {"content": _WINDOWS + "window.offered = false;"})
    served(page, stream)
    played(page, film)
    assert page.evaluate(f"{part('pip')}.hidden") is True


# Keeps the nodes of the audio graph that the page builds, so that it can be measured what goes in and what comes out.
_LISTENED = """
    const { createGain, createMediaElementSource } = AudioContext.prototype;
    const heard = (context, node) => {
      const meter = context.createAnalyser();
      node.connect(meter);
      return () => {
        const wave = new Float32Array(meter.fftSize);
        meter.getFloatTimeDomainData(wave);
        return Math.max(...wave.map(Math.abs));
      };
    };
    BaseAudioContext.prototype.createGain = function () {
      window.gain = createGain.call(this);
      window.after = heard(this, window.gain);
      return window.gain;
    };
    AudioContext.prototype.createMediaElementSource = function (element) {
      const source = createMediaElementSource.call(this, element);
      window.before = heard(this, source);
      return source;
    };
"""


def quiet(page: Page, db: float) -> None:
    """The item of the page becomes one whose sound was measured as so much too quiet."""
    page.evaluate(
        f"""(() => {{ const script = document.querySelector('[data-player-slot] script');
        script.textContent = JSON.stringify({{ ...JSON.parse(script.textContent), gain_db: {db} }}); }})()"""
    )


def test_what_is_too_quiet_is_amplified_and_comes_back_when_that_is_switched_off(page, film, other, stream):
    page.call("addInitScript", {"content": _LISTENED})
    served(page, stream)
    page.goto(film.get_absolute_url())
    quiet(page, 6.0206)
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2 && window.gain")
    assert page.evaluate("window.gain.gain.value") == pytest.approx(2, abs=0.01)
    assert page.evaluate(f"[{VIDEO}.volume, {part('volume')}.value]") == [1, "100"]
    page.wait_until("window.before() > 0.01 && Math.abs(window.after() / window.before() - 2) < 0.4")
    page.click("[data-part=settings-button]")
    page.click("[data-part=even]")
    page.wait_until("window.gain.gain.value === 1")
    page.click("[data-part=even]")
    page.wait_until("window.gain.gain.value > 1.9")
    page.press("body", "Escape")
    page.click(".brand")
    page.wait_until("document.documentElement.dataset.player === 'mini'")
    page.click("main a[href*='the-island']")
    page.click("main .player-start")
    page.wait_until(f"{part('title')}.textContent === 'The island' && {VIDEO}.currentTime > 0.2")
    assert page.evaluate("window.gain.gain.value") == 1


def test_what_is_loud_enough_needs_no_audio_graph(page, film, stream):
    page.call("addInitScript", {"content": _LISTENED})
    served(page, stream)
    page.goto(film.get_absolute_url())
    quiet(page, 0.3)
    page.click(".player-start")
    page.wait_until(f"{VIDEO}.currentTime > 0.2")
    assert page.evaluate("[window.gain ?? null, document.querySelector('video').volume]") == [None, 1]
