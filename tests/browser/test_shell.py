from tests.browser.driver import PHONE


def test_a_person_signs_in_by_the_form_and_out_again(page, member):
    page.goto("/")
    page.click("text=Sign in")
    page.fill("#id_login", member.username)
    page.fill("#id_password", "correct horse")
    page.click("main button[type=submit]")
    page.wait_for(".person-button")
    assert page.path() == "/"
    page.click(".person-button")
    page.click("text=Sign out")
    page.wait_for("text=Sign in")
    assert page.evaluate("document.querySelector('.person-button')") is None


def test_navigation_swaps_the_content_and_keeps_the_rest(page, site, member):
    page.sign_in(site.cookies_of(member))
    page.goto("/")
    page.evaluate("document.querySelector('#player-host').dataset.same = 'yes'")
    page.click(".person-button")
    page.click(".menu-panel >> text=Settings")
    page.wait_until("location.pathname === '/settings/profile/'")
    page.wait_until("document.querySelector('#announcer').textContent === 'Profile'")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("document.title").startswith("Profile")
    page.call("goBack")
    page.wait_until("location.pathname === '/' && !document.querySelector('h1').textContent.includes('Profile')")
    assert page.evaluate("document.querySelector('#player-host').dataset.same") == "yes"


def test_a_token_is_made_and_revoked_in_place(page, site, member):
    page.sign_in(site.cookies_of(member))
    page.goto("/settings/tokens/")
    page.fill("#id_name", "laptop")
    page.click("text=Make token")
    page.wait_for(".secret")
    assert page.text(".secret code").startswith("bst_")
    page.click(".secret button")
    page.wait_until("document.querySelector('.secret button').innerText !== 'Copy'")
    page.click(".row button")
    page.click("#ask [data-answer=yes]")
    page.wait_for(".notice >> text=is revoked")
    assert page.path() == "/settings/tokens/"
    assert not member.tokens.exists()


def test_a_missing_page_keeps_the_shell(page):
    page.goto("/nothing/here/")
    assert page.text("h1") == "There is nothing here"
    assert page.trouble() == [f"Answer: 404 {page.base_url}/nothing/here/"]
    page.click("main >> text=Go home")
    page.wait_until("location.pathname === '/'")


def test_the_theme_is_chosen_and_stays_after_a_reload(page):
    page.goto("/")
    page.click("summary[aria-label=Theme]")
    page.click("[data-theme-choice=ink]")
    page.wait_until("getComputedStyle(document.body).color === 'rgb(236, 230, 217)'")
    page.call("reload")
    assert page.evaluate("document.documentElement.dataset.theme") == "ink"
    page.click("summary[aria-label=Theme]")
    page.click("[data-theme-choice=system]")
    page.call("reload")
    assert page.evaluate("document.documentElement.dataset.theme ?? null") is None


def test_a_phone_gets_the_bottom_bar_and_no_sideways_scrolling(browser, site, member):
    with browser.page(site.url, **PHONE) as page:
        page.sign_in(site.cookies_of(member))
        for path in ("/", "/settings/tokens/", "/accounts/email/", "/about/licences/"):
            page.goto(path)
            assert page.call("isVisible", ".site-dock")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.trouble() == []


def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(page):
    page.goto("/")
    for _ in range(2):
        page.click("summary[aria-label=Theme]")
        page.wait_until("document.querySelector('.menu-box').open")
        page.press("[data-theme-choice=ink]", "Escape")
        page.wait_until("!document.querySelector('.menu-box').open")
        assert page.evaluate("document.activeElement.ariaLabel") == "Theme"
    page.click("summary[aria-label=Theme]")
    page.click("h1")
    page.wait_until("!document.querySelector('.menu-box').open")


def test_nothing_is_loaded_from_another_host(page, site):
    page.goto("/")
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert names
    assert all(name.startswith(f"{site.url}/") for name in names)
    assert page.evaluate("getComputedStyle(document.querySelector('.icon use')).display") == "inline"
    assert page.evaluate("document.fonts.size") > 0


def test_the_admin_works_under_its_own_policy(page, site, moderator):
    moderator.is_superuser = True
    moderator.save()
    page.sign_in(site.cookies_of(moderator))
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{moderator.pk}/change/",
        "/admin/jobs/job/",
    ):
        page.goto(path)
        page.wait_until("Boolean(window.Alpine)")
        assert page.trouble() == [], path


def test_the_admin_sends_visitors_to_the_sites_own_sign_in(page):
    page.goto("/admin/")
    assert page.path().startswith("/accounts/login/?next=")
