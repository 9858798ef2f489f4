"""Files on their way to the site in a real browser: dropped, cut off, gone on with, followed until they play."""

import json
import shutil
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from apps.catalog.models import Item
from apps.core import site_settings
from apps.media.enums import UploadState
from apps.media.models import Upload
from apps.media.settings_offered import LARGEST
from tests import clips
from tests.browser.driver import PHONE
from tests.house.site import wait_until
from tests.jobs.running import run_jobs

PAGE = "/studio/upload/"
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def _small_ladder(settings):
    settings.STREAMING = {"chunk_s": 8, "preset": "ultrafast", "ladder": ((180, 200),)}


@pytest.fixture
def signed_in(page, site, owner):
    page.sign_in(site.cookies_of(owner))
    page.goto(PAGE)
    page.wait_for("[data-uploads-page][data-ready]")
    return page


@pytest.fixture
def heavy(tmp_path) -> Path:
    """A film of three seconds whose file is 20 MB long: a box of nothing stands at its end."""
    path = tmp_path / "heavy_film.mp4"
    shutil.copy(clips.clip("short"), path)
    with path.open("ab") as file:
        file.write((20 * MEGABYTE).to_bytes(4, "big") + b"free" + bytes(20 * MEGABYTE - 8))
    return path


def rows(page) -> list[list[str]]:
    """Title and state of each row."""
    script = """[...document.querySelectorAll('.upload-row')].map(
        (row) => [row.querySelector('[data-part=title]').value, row.dataset.state])"""
    return sorted(page.evaluate(script))


def wait_for_states(page, *states: str) -> None:
    script = "[...document.querySelectorAll('.upload-row')].map((row) => row.dataset.state).sort()"
    page.wait_until(f"JSON.stringify({script}) === {json.dumps(json.dumps(sorted(states), separators=(',', ':')))}")


def wait_for_offset(page, least: int) -> None:
    page.wait_until(f"document.querySelector('.upload-row progress')?.value >= {least}")


def set_largest(page, size_bytes: int) -> None:
    """Until the server, which keeps its settings for some seconds, has heard of it."""
    site_settings.set(LARGEST, size_bytes, by=None)
    page.evaluate("""window.asking = setInterval(async () => {
        const answer = await fetch("/api/v1/uploads/", { method: "OPTIONS" });
        window.largest = Number(answer.headers.get("Tus-Max-Size"));
    }, 200), null""")
    page.wait_until(f"window.largest === {size_bytes}")
    page.evaluate("clearInterval(window.asking)")


def test_files_and_a_folder_are_dropped_and_become_items_that_play(signed_in, owner, tmp_path):
    page = signed_in
    folder = tmp_path / "An album"
    (folder / "Inner").mkdir(parents=True)
    shutil.copy(clips.clip("sound"), folder / "01 - Morning.mp3")
    shutil.copy(clips.clip("silent"), folder / "Inner" / "evening_walk.mp4")
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    film = tmp_path / "short film.mp4"
    shutil.copy(clips.clip("short"), film)
    page.drop(folder, film)
    wait_for_states(page, "checking", "checking", "checking")
    assert "One file in there is neither sound nor video" in page.text("[data-part=left]")
    run_jobs()
    wait_for_states(page, "ready", "ready", "ready")
    assert [title for title, _ in rows(page)] == ["Morning", "evening walk", "short film"]
    assert sorted(Item.objects.values_list("title", flat=True)) == ["Morning", "evening walk", "short film"]
    facts = page.text(".upload-row[data-state=ready]:has([data-part=name]:text('short film')) [data-part=facts]")
    assert facts.startswith("0:03 · 320 × 180 · H.264 · AAC")
    page.click(".upload-row:has([data-part=name]:text('short film')) [data-part=open]")
    page.wait_for(".player-start, [data-player-slot]")


def test_bytes_arrive_as_they_are_and_in_pieces(signed_in, heavy):
    page = signed_in
    page.drop(heavy)
    wait_for_states(page, "checking")
    upload = Upload.objects.get()
    assert upload.length == upload.offset == heavy.stat().st_size
    run_jobs()
    wait_for_states(page, "ready")
    assert Item.objects.get().asset.file.read_bytes() == heavy.read_bytes()


def test_a_reload_in_the_middle_goes_on_by_the_same_file_chosen_again(signed_in, heavy, tmp_path):
    page = signed_in
    page.slow(2 * MEGABYTE)
    page.choose("[data-part=files]", heavy)
    wait_for_offset(page, 45)
    page.call("reload")
    wait_for_states(page, "unheld")
    kept = Upload.objects.get().offset
    assert kept >= 8 * 1024 * 1024
    other = tmp_path / "other" / heavy.name
    other.parent.mkdir()
    other.write_bytes(b"something else")
    page.choose(".upload-row [data-part=file]", other)
    page.wait_for("[data-part=note] >> text=This is another file")
    page.slow(0)
    page.choose(".upload-row [data-part=file]", heavy)
    wait_for_states(page, "checking")
    run_jobs()
    wait_for_states(page, "ready")
    assert Upload.objects.count() == 1
    assert Item.objects.get().asset.file.read_bytes() == heavy.read_bytes()


# The browser's own picker cannot be operated from outside; what it gives, a handle, is real here: a file of the browser's
# private folder.
PICKER = """
window.showOpenFilePicker = async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("from the picker.mp4", { create: true });
  if ((await handle.getFile()).size === 0) {
    const out = await handle.createWritable();
    await out.write(await (await fetch("/test-files/heavy_film.mp4")).blob());
    await out.close();
  }
  return [handle];
};
"""


def test_a_reload_in_the_middle_goes_on_at_once_where_the_browser_remembers_the_file(signed_in, heavy):
    page = signed_in
    page.serve("**/test-files/*", heavy.parent)
    page.evaluate(PICKER + "null")
    page.slow(2 * MEGABYTE)
    page.click("[data-part=choose]")
    wait_for_offset(page, 45)
    page.fill(".upload-title", "Named while it ran")
    page.press(".upload-title", "Tab")
    page.goto("/jobs/")
    page.slow(0)
    page.wait_until("localStorage.getItem('bandstand.uploads') !== null")
    page.wait_for("#activity .activity-count:text('1'), #activity [data-part=lines] li")
    page.goto(PAGE)
    wait_for_states(page, "checking")
    run_jobs()
    wait_for_states(page, "ready")
    assert Upload.objects.count() == 1
    assert Item.objects.get().title == "Named while it ran"
    assert Item.objects.get().asset.file.read_bytes() == heavy.read_bytes()


def test_it_goes_on_while_one_walks_through_the_site(signed_in, heavy):
    page = signed_in
    page.evaluate("window.here = true, null")
    page.slow(2 * MEGABYTE)
    page.drop(heavy)
    wait_for_offset(page, 5)
    for place in ("/jobs/", "/"):
        page.click(f".site-nav a[href='{place}']")
        page.wait_until(f"location.pathname === '{place}' && !document.querySelector('[data-uploads-page]')")
        page.wait_until("document.querySelector('#activity summary').ariaLabel.startsWith('Activity: 1 upload')")
    page.click("#activity summary")
    page.wait_until("document.querySelector('#activity [data-part=lines] progress').value > 20")
    page.slow(0)
    page.click(".activity-links a[href='/studio/upload/']")
    page.wait_for(".upload-row")
    wait_for_states(page, "checking")
    assert page.evaluate("window.here"), "it was one document all the way"
    assert Upload.objects.get().state == UploadState.CHECKING


def test_it_is_paused_gone_on_with_and_removed(signed_in, heavy):
    page = signed_in
    page.slow(2 * MEGABYTE)
    page.drop(heavy)
    page.wait_for(".upload-row")
    wait_for_offset(page, 45)
    page.click(".upload-row [data-do=pause]")
    wait_for_states(page, "paused")
    assert page.evaluate("document.activeElement.dataset.do") == "resume"
    page.click(".upload-row [data-do=resume]")
    wait_for_states(page, "sending")
    page.click(".upload-row [data-do=remove]")
    page.wait_until("!document.querySelector('.upload-row')")
    page.wait_until("document.querySelector('[data-part=box]').hidden")
    page.call("reload")  # at once: the site is told all the same
    wait_until(lambda: not Upload.objects.filter(state=UploadState.RECEIVING).exists())
    page.call("reload")
    page.wait_for("[data-uploads-page][data-ready]")
    assert not page.evaluate("Boolean(document.querySelector('.upload-row'))")


def test_what_goes_wrong_is_told_at_the_file_in_a_sentence(signed_in, tmp_path):
    page = signed_in
    set_largest(page, 2000)
    empty, text, large = tmp_path / "empty.mp4", tmp_path / "letter.mp4", tmp_path / "large.mp4"
    empty.touch()
    text.write_text("Dear all, this is no film.")
    large.write_bytes(bytes(5000))
    page.drop(empty, text, large)
    wait_for_states(page, "failed", "checking", "failed")
    run_jobs()
    wait_for_states(page, "failed", "failed", "failed")
    told = page.evaluate(
        "[...document.querySelectorAll('[data-part=trouble]')].map((one) => one.textContent).join('|')"
    )
    assert "This file is empty." in told
    assert "larger than" in told
    assert Upload.objects.get(filename="letter.mp4").error in told
    assert page.trouble() == [f"Answer: 413 {page.base_url}/api/v1/uploads/"]
    set_largest(page, site_settings.find(LARGEST).default)


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in_and_loses_nothing(signed_in, site, owner, heavy):
    page = signed_in
    page.slow(2 * MEGABYTE)
    page.drop(heavy)
    wait_for_offset(page, 45)
    Session.objects.all().delete()
    wait_for_states(page, "failed")
    assert "Sign in again" in page.text(".upload-row [data-part=trouble]")
    assert page.call("isVisible", "[data-part=sign-in]")
    page.sign_in(site.cookies_of(owner))
    page.slow(0)
    page.click(".upload-row [data-do=retry]")
    wait_for_states(page, "checking")
    assert Upload.objects.get().offset == heavy.stat().st_size
    page.trouble()


def test_a_phone_has_room_for_it_and_nothing_is_wrong_for_screen_readers(browser, site, owner, heavy):
    with browser.page(site.url, **PHONE) as page:
        page.sign_in(site.cookies_of(owner))
        page.goto(PAGE)
        page.wait_for("[data-uploads-page][data-ready]")
        page.slow(2 * MEGABYTE)
        page.choose("[data-part=files]", heavy)
        wait_for_offset(page, 5)
        assert page.evaluate("document.documentElement.scrollWidth <= screen.width")
        assert page.axe() == []
        page.click("#activity summary")
        page.wait_for("#activity [data-part=lines] li")
        assert page.axe() == []
        page.click("#activity summary")
        page.click(".upload-row [data-do=remove]")
        page.wait_until("!document.querySelector('.upload-row')")
        assert page.trouble() == []


def test_without_scripts_the_page_says_what_is_needed(browser, site, owner):
    with browser.page(site.url, javaScriptEnabled=False) as page:
        page.sign_in(site.cookies_of(owner))
        page.goto(PAGE)
        assert "needs JavaScript" in page.call("innerText", "noscript")
