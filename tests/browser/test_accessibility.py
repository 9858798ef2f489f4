"""Every page of `pages.py`: no violation that axe finds, none of the policy, no script error, nothing wider than a phone."""

import pytest

from tests.browser.driver import DESKTOP, PHONE, Page
from tests.browser.pages import SETTLED, Shown, Who, pages
from tests.serving import Site

# A phone zooms out where a page is too wide, so the layout's own width is asked for; and the header must fit.
TOO_WIDE = """document.documentElement.scrollWidth > screen.width || [...document.querySelectorAll('.site-tools > *')]
  .some((one) => one.getBoundingClientRect().right > screen.width)"""
FORMS = {"phone": PHONE, "desktop": DESKTOP}
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("form", FORMS)
def test_every_page_is_accessible_and_keeps_to_its_policy(browser, site, owner, moderator, form):
    """In both themes: the system changes its mind while the page is open; a page that asks it once is opened again."""
    found = []
    with browser.page(site.url, **FORMS[form]) as visitor, browser.page(site.url, **FORMS[form]) as person:
        person.sign_in(site.cookies_of(moderator))
        for shown in pages(owner, moderator):
            page = visitor if shown.who is Who.VISITOR else person
            page.look("light")
            page.goto(shown.path)
            page.wait_until(SETTLED)
            paper = page.evaluate(GROUND)
            found += wrong(page, shown, "light", site)
            page.look("dark")
            if page.evaluate(GROUND) == paper:
                page.goto(shown.path)
                page.wait_until(SETTLED)
            found += wrong(page, shown, "dark", site)
    assert found == []


def wrong(page: Page, shown: Shown, theme: str, site: Site) -> list[str]:
    """The page's own answer may be a refusal, where that is what is shown."""
    refused = f"Answer: {shown.status} {site.url}{shown.path}"
    lines = [line for line in page.trouble() if line != refused] + page.axe()
    if page.evaluate(TOO_WIDE):
        lines.append("wider than the screen")
    return [f"{shown.name}, {theme}: {line}" for line in lines]


def test_every_target_of_the_shell_can_be_hit_with_a_thumb(browser, site, owner, moderator):
    """44 by 44 pixels for what stands in the header, in the menus and in the bar at the bottom."""
    small = """[...document.querySelectorAll(
      '.site-header a, .site-header summary, .menu-panel a, .menu-panel button, .site-dock a, main .btn, .chip')]
      .map((one) => [one.textContent.trim() || one.ariaLabel, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([name, box]) =>
        `${name}: ${Math.round(box.width)} by ${Math.round(box.height)}`)"""
    with browser.page(site.url, **PHONE) as page:
        page.sign_in(site.cookies_of(moderator))
        for path in ("/", "/browse/", "/jobs/", "/nowhere/"):
            page.goto(path)
            page.evaluate("for (const menu of document.querySelectorAll('.menu-box')) menu.open = true")
            assert page.evaluate(small) == [], path
