"""Signing in as people do it: at each other service (stand-ins on loopback), by code, with a passkey, with a second factor."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from apps.accounts.models import User
from tests.accounts.signing_in import PASSWORD, code_in, totp
from tests.browser.driver import Browser, Page
from tests.serving import Site, serving
from tests.stubs import github, google, oidc, patreon
from tests.stubs.identity import CLIENT_ID, CLIENT_SECRET


@dataclass(frozen=True)
class Services:
    google: Any
    github: Any
    oidc: Any
    patreon: Any

    def variables(self) -> dict[str, str]:
        named = {"GOOGLE": self.google, "GITHUB": self.github, "OIDC": self.oidc, "PATREON": self.patreon}
        told = {f"BANDSTAND_{name}_URL": stub.url for name, stub in named.items()}
        for name in named:
            told[f"BANDSTAND_{name}_CLIENT_ID"] = CLIENT_ID
            told[f"BANDSTAND_{name}_CLIENT_SECRET"] = CLIENT_SECRET
        return {**told, "BANDSTAND_OIDC_NAME": "The works", "BANDSTAND_TEST_MAIL": "apps.core.mail.FolderBackend"}


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with ExitStack() as stack:
        yield Services(*(stack.enter_context(stub.serving()) for stub in (google, github, oidc, patreon)))


@pytest.fixture(scope="module")
def door(django_db_setup, services) -> Iterator[Site]:
    with serving(**services.variables()) as site:
        yield site


@pytest.fixture
def page(browser: Browser, door: Site, transactional_db) -> Iterator[Page]:
    """By its name: passkeys belong to names, not to numbers."""
    with browser.page(door.url.replace("127.0.0.1", "localhost")) as page:
        yield page
        assert [line for line in page.trouble() if "favicon" not in line] == []


def newest_letter() -> Any:
    folder = Path(os.environ["BANDSTAND_DATA"]) / "mail"
    deadline = time.monotonic() + 20
    while not (letters := sorted(folder.glob("*.eml"))):
        assert time.monotonic() < deadline, "no letter came"
        time.sleep(0.1)
    letter = message_from_bytes(letters[-1].read_bytes(), policy=policy.default)
    letters[-1].unlink()

    class Letter:
        body = letter.get_body(("plain",)).get_content()

    return Letter


def looks_fine(page: Page, text: str) -> None:
    """A page that only a walk reaches: it stands there, and axe has nothing against it."""
    page.wait_for(f"text={text}")
    assert page.axe() == []


def is_in(page: Page, person: User) -> None:
    page.wait_for(".person-button")
    assert person.name in page.call("textContent", ".person-button")


@pytest.mark.parametrize("label", ["Google", "GitHub", "The works"])
def test_a_newcomer_comes_by_another_service(page, label):
    page.goto("/accounts/login/?next=/browse/")
    page.click(f"text=Sign in with {label}")
    page.click("text=Nora New")
    page.wait_until("location.pathname === '/browse/'")
    is_in(page, User.objects.get(email="nora@example.net"))


def test_a_patron_comes_by_patreon(page):
    page.goto("/accounts/login/")
    page.click("text=Sign in with Patreon")
    page.wait_for("text=Allow")
    page.click("ul li:nth-child(2) a")
    page.wait_for(".person-button")
    assert EmailAddress.objects.get(user=User.objects.get()).verified


def test_changing_ones_mind_leads_back(page):
    page.goto("/accounts/login/")
    page.click("text=Sign in with Google")
    page.click("text=Cancel")
    page.wait_for("text=You changed your mind")
    assert page.evaluate("document.querySelector('.person-button')") is None


@pytest.mark.parametrize("label", ["Sign in by e-mail code", "Ko-fi supporter? Sign in by e-mail code"])
def test_six_digits_from_a_letter_open_the_door(page, member, label):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    page.goto("/accounts/login/")
    page.click(f"main a:text-is('{label}')")
    page.fill("#id_email", member.email)
    page.click("text=Send me a code")
    looks_fine(page, "Look into your mail")
    page.fill("#id_code", code_in(newest_letter()))
    page.click("main button:text-is('Sign in')")
    is_in(page, member)


def sign_in(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", person.username)
    page.fill("#id_password", PASSWORD)
    page.click("main .entrance-form button[type=submit]")


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.click("main button[type=submit]")
    page.wait_for(".site-header >> text=Sign in")


def prove_it_is_me(page: Page) -> None:
    page.wait_for("text=Is it still you?")
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")


def test_a_passkey_is_added_and_signs_in_alone(page, member):
    page.give_authenticator()
    sign_in(page, member)
    is_in(page, member)
    page.goto("/accounts/2fa/webauthn/add/")
    prove_it_is_me(page)
    page.wait_for("#id_name")
    page.fill("#id_name", "My laptop")
    page.click("text=Add it")
    page.wait_until("!location.pathname.includes('/add/')")
    key = Authenticator.objects.get(type="webauthn")
    assert key.wrap().is_passwordless
    page.goto("/accounts/2fa/webauthn/")
    looks_fine(page, "My laptop")
    page.click("text=Rename")
    looks_fine(page, "Rename it")
    page.fill("#id_name", "The old laptop")
    page.click("main button[type=submit]")
    page.click("text=Remove")
    looks_fine(page, "Remove “The old laptop”?")
    sign_out(page)
    page.goto("/accounts/login/?next=/browse/")
    page.click("text=Sign in with a passkey")
    page.wait_until("location.pathname === '/browse/'")
    is_in(page, member)


def test_a_security_key_is_the_second_factor(page, member):
    page.give_authenticator()
    sign_in(page, member)
    is_in(page, member)
    page.goto("/accounts/2fa/webauthn/add/")
    prove_it_is_me(page)
    page.wait_for("#id_passwordless")
    page.call("uncheck", "#id_passwordless")
    page.click("text=Add it")
    page.wait_until("!location.pathname.includes('/add/')")
    sign_out(page)
    sign_in(page, member)
    looks_fine(page, "One more thing")
    page.click("text=Use a passkey or security key")
    is_in(page, member)


def test_an_authenticator_app_is_set_up_by_hand_and_asked_for(page, member):
    sign_in(page, member)
    is_in(page, member)
    page.goto("/settings/security/")
    page.click("[aria-label='Open “Second factor and passkeys”']")
    page.click("text=Set it up")
    prove_it_is_me(page)
    page.wait_for(".qr-code img")
    secret = page.text(".code-line code")
    page.fill("#id_code", totp(secret))
    page.click("text=Turn it on")
    page.wait_for(".code-list")
    looks_fine(page, "Recovery codes")
    recovery = page.text(".code-list li:first-child")
    sign_out(page)
    sign_in(page, member)
    page.wait_for("text=One more thing")
    page.fill("#id_code", recovery)
    page.click("main button:text-is('Sign in')")
    is_in(page, member)


def test_whoever_has_an_account_already_is_told_how_to_link(page, member, services):
    page.goto("/accounts/login/")
    page.click("text=Sign in with GitHub")
    page.click("text=Mila Example")
    looks_fine(page, "There is an account with mila@example.org already")
    page.click("main >> text=sign in there")
    sign_in(page, member)
    is_in(page, member)
    page.goto("/accounts/3rdparty/")
    prove = page.evaluate("document.querySelector('h1').textContent.includes('still you')")
    assert not prove
    page.click("text=Link GitHub")
    page.click("text=Mila Example")
    prove_it_is_me(page)
    page.wait_for("text=It is linked, and signs you in from now on.")
    sign_out(page)
    page.goto("/accounts/login/")
    page.click("text=Sign in with GitHub")
    page.click("text=Mila Example")
    is_in(page, member)


def test_a_device_that_says_no_is_told_and_nothing_is_lost(page, member):
    """A browser without any device answers no to every question."""
    page.goto("/accounts/login/")
    page.evaluate("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    page.click("text=Sign in with a passkey")
    page.wait_for("text=did not go through with it")
    assert page.path() == "/accounts/login/"
