"""Each reader shows the document under its own policy, and asks no other host for anything."""

import pytest

READERS = {"docs": "", "redoc": "", "scalar": "", "rapidoc": "", "elements": "#/operations/me_read"}
# Text of an operation, wherever it stands: some readers keep it in shadow trees.
TEXT = """(() => {
  const of = (node) => [...node.querySelectorAll('*')].reduce(
    (text, each) => text + (each.shadowRoot ? of(each.shadowRoot) : ''), node.textContent);
  return of(document.body);
})()"""


@pytest.mark.parametrize("name", READERS)
def test_a_reader_shows_the_operations_and_stays_at_home(browser, site, name):
    with browser.page(
        site.url, locale="en-GB"
    ) as page:  # without one this Chromium names a locale that it does not know
        _look(page, site, name)


def _look(page, site, name):
    page.goto(f"/api/{name}/{READERS[name]}")
    page.wait_until(f"{TEXT}.includes('Who is asking')")
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert f"{site.url}/api/schema/?format=json" in asked
    assert all(address.startswith((f"{site.url}/", "data:", "blob:")) for address in asked), asked
    assert page.trouble() == []


def test_the_page_of_the_api_leads_to_all_of_them(page):
    page.goto("/")
    page.click("footer >> text=API")
    page.wait_until("location.pathname === '/api/'")
    links = page.evaluate("[...document.querySelectorAll('#main a')].map((link) => link.getAttribute('href'))")
    assert {f"/api/{name}/" for name in READERS} <= set(links)
    page.click("#main >> text=Redoc")
    page.wait_until("location.pathname === '/api/redoc/'")
    page.wait_until(f"{TEXT}.includes('Who is asking')")
