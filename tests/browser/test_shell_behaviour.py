"""What the shell does around the pages: asks, tells, waits, goes back, and survives what goes wrong."""

import pytest

from apps.accounts.services.tokens import create_token
from apps.catalog.models import Item
from tests.browser.driver import PHONE, Page
from tests.web.making import make_item

MARK = "document.querySelector('#player-host').dataset.same = 'yes'"
MARKED = "document.querySelector('#player-host').dataset.same === 'yes'"
TOASTS = "[...document.querySelectorAll('.toast-note > span')].map((one) => one.textContent)"


def toast(page: Page, text: str) -> None:
    page.evaluate(f"window.dispatchEvent(new CustomEvent('bandstand:toast', {{detail: {{text: {text!r}}}}}))")


def test_a_dangerous_form_asks_first_and_gives_the_focus_back(page, site, member):
    create_token(owner=member, name="laptop", scopes=["read"])
    page.sign_in(site.cookies_of(member))
    page.goto("/settings/tokens/")
    for leave in (lambda: page.press("#ask", "Escape"), lambda: page.click("[data-answer=no]")):
        page.call("focus", ".row button")
        page.press(".row button", "Enter")
        page.wait_until("document.querySelector('#ask').open")
        assert page.text("#ask-text") == "Revoke “laptop”?"
        assert page.evaluate("document.activeElement.dataset.answer") == "no"
        leave()
        page.wait_until("!document.querySelector('#ask').open")
        assert page.evaluate("document.activeElement.matches('.row button')")
        assert member.tokens.count() == 1
    page.press(".row button", "Enter")
    page.click("[data-answer=yes]")
    page.wait_for(".notice >> text=is revoked")
    assert page.evaluate("document.activeElement.id") == "main"
    assert not member.tokens.exists()


def test_messages_queue_and_wait_while_somebody_reads_them(page, db):
    page.goto("/")
    for text in ("one", "two", "three", "four"):
        toast(page, text)
    page.wait_until(f"{TOASTS}.join() === 'one,two,three'")
    page.call("hover", ".toast-note")
    page.click(".toast-note .toast-close")
    page.wait_until(f"{TOASTS}.join() === 'two,three,four'")
    assert page.evaluate("document.querySelector('#toasts').getAttribute('aria-live')") == "polite"


def test_what_goes_wrong_in_a_swap_keeps_the_player_and_can_be_left_again(page, db):
    page.goto("/")
    page.evaluate(MARK)
    page.evaluate("document.querySelector('.brand').setAttribute('href', '/nowhere/'), null")
    page.click(".brand")
    page.wait_for("h1 >> text=There is nothing here")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("document.querySelector('#announcer').textContent") == "There is nothing here"
    page.click("main >> text=Go home")
    page.wait_until("location.pathname === '/'")
    assert page.evaluate(MARKED)
    page.trouble()


@pytest.mark.parametrize("status", [502, 504])
def test_an_answer_that_is_no_page_of_ours_does_not_empty_the_content(page, db, status):
    page.goto("/")
    page.evaluate(MARK)
    page.reply("**/browse/", status, {"what": "a proxy's own words"})
    page.click(".site-nav >> text=Browse")
    page.wait_for("h1 >> text=This page did not come")
    assert page.text(".trouble-code") == str(status)
    assert page.evaluate(MARKED)
    page.trouble()


def test_without_a_connection_a_page_is_not_lost_and_can_be_asked_for_again(page, db):
    page.goto("/")
    page.evaluate(MARK)
    page.call("offline", True)
    page.wait_until("!document.querySelector('#offline-line').hidden")
    page.click(".site-nav >> text=Browse")
    page.wait_for(".toast-note >> text=You are offline")
    assert page.path() == "/"
    page.call("offline", False)
    page.wait_until("document.querySelector('#offline-line').hidden")
    page.click(".toast-action")
    page.wait_for("h1 >> text=Browse")
    assert page.evaluate(MARKED)
    page.trouble()


def test_a_device_keeps_a_page_for_the_time_without_a_connection(browser, site, db):
    with browser.page(site.url, serviceWorkers="allow") as page:
        page.goto("/browse/")
        page.wait_until("navigator.serviceWorker.controller !== null")
        page.call("offline", True)
        page.goto("/")
        assert page.text("h1") == "You are offline"
        assert page.evaluate("getComputedStyle(document.querySelector('.btn-primary')).borderRadius") != "0px"
        assert "Sign in" not in page.text("body")
        kept = page.evaluate(
            "(async () => { const found = []; for (const name of await caches.keys())"
            " for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);"
            " return found })()"
        )
        assert {path for path in kept if not path.startswith("/static/")} == {"/offline/"}
        page.call("offline", False)
        page.wait_until("document.querySelector('h1').textContent.trim() !== 'You are offline'")
        policy = [line for line in page.trouble() if line.startswith(("Policy", "Script"))]
        assert policy == []


def test_going_back_returns_to_where_one_was(page, site, owner):
    for number in range(24):
        make_item(owner, f"Item {number}")
    page.goto("/browse/")
    page.evaluate("scrollTo(0, 700)")
    page.wait_until("history.state?.scroll === 700")
    page.evaluate("document.querySelector('.item-card:last-of-type a').click()")  # a real click would scroll
    page.wait_until("location.pathname.startsWith('/i/') && scrollY === 0")
    page.call("goBack")
    page.wait_until("location.pathname === '/browse/' && Math.abs(scrollY - 700) < 80")
    page.trouble()


def test_show_more_goes_on_with_the_first_of_the_new_ones(page, site, owner):
    for number in range(30):
        make_item(owner, f"Item {number}")
    page.goto("/browse/")
    page.click("#more a")
    page.wait_until("document.querySelectorAll('.item-card').length === 30")
    page.wait_until("document.activeElement.textContent === 'Item 5'")
    assert page.evaluate("document.querySelector('#more')") is None
    assert page.path() == "/browse/"
    assert Item.objects.count() == 30


def test_a_page_on_its_way_shows_a_line_only_when_it_takes_its_time(page, db):
    page.goto("/")
    page.call("delay", "**/browse/", 1500)
    page.click(".site-nav >> text=Browse")
    page.wait_until("document.documentElement.dataset.loading === 'true'")
    page.wait_for("h1 >> text=Browse")
    page.wait_until("!('loading' in document.documentElement.dataset)")


def test_after_a_deploy_the_next_link_loads_anew_but_never_while_something_plays(page, db):
    page.goto("/")
    page.evaluate("window.here = true, document.documentElement.dataset.release = 'older', null")
    page.evaluate("document.dispatchEvent(new CustomEvent('player:state', {detail: {playing: true}})), null")
    page.click(".site-nav >> text=Browse")
    page.wait_for(".toast-note >> text=has been renewed")
    page.wait_for("h1 >> text=Browse")
    assert page.evaluate("window.here") is True
    page.evaluate("document.dispatchEvent(new CustomEvent('player:state', {detail: {playing: false}})), null")
    page.click(".site-nav >> text=Home")
    page.wait_until("location.pathname === '/' && !window.here")
    assert page.evaluate("document.documentElement.dataset.release !== 'older'")


def test_a_row_of_places_wider_than_a_phone_shows_the_current_one(browser, site, member):
    inside = """(() => { const { left, right } = document.querySelector('.settings-nav [aria-current]').getBoundingClientRect();
      return left >= 0 && right <= innerWidth; })()"""
    with browser.page(site.url, **PHONE) as page:
        page.sign_in(site.cookies_of(member))
        page.goto("/settings/tokens/")
        page.wait_until(inside)
        page.click(".settings-nav a:last-child")
        page.wait_until(f"!location.pathname.startsWith('/settings/tokens/') && {inside}")
        assert page.trouble() == []
