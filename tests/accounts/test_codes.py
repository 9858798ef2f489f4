"""Signing in by an emailed code: for people with an account, for supporters without one, and for nobody else."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from apps.accounts import registry
from apps.accounts.enums import Role
from apps.accounts.models import Activity, User
from apps.accounts.services.tokens import create_token, find_token
from apps.accounts.signals import email_proved
from tests.accounts.signing_in import code_in, enter, signed_in_as
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
ASK, ENTER, KOFI = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/kofi/"


@pytest.fixture
def proved():
    heard = []

    def hear(person, email, **_):
        heard.append((person.username, email))

    email_proved.connect(hear)
    yield heard
    email_proved.disconnect(hear)


@pytest.fixture
def supporters(monkeypatch):
    """Addresses that the site knows, as the supporters of Ko-fi."""
    known = {"robin@example.net"}
    monkeypatch.setattr(registry, "_knowers", [])
    registry.register_known_address(lambda email: email in known)
    return known


@pytest.fixture
def proved_member(member):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def test_six_digits_sign_in_and_prove_the_address(client, proved_member, mailoutbox, proved):
    assert client.post(ASK, {"email": "MILA@example.org"})["Location"] == ENTER
    answer = client.post(ENTER, {"code": code_in(mailoutbox[0])})
    assert answer["Location"] == "/"
    assert signed_in_as(client) == str(proved_member.pk)
    assert proved == [("mila", "mila@example.org")]
    assert Activity.objects.get(action="sign_in.done").details == {"way": "code"}


def test_the_letter_is_plain_and_html_and_in_our_words(client, proved_member, mailoutbox):
    client.post(ASK, {"email": proved_member.email})
    letter = mailoutbox[0]
    code = code_in(letter)
    assert letter.subject == f"{code} is your code for Bandstand"
    page, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert f">{code}</p>" in page
    assert "ten minutes" in letter.body


def test_the_way_on_is_kept_and_leads_to_our_own_pages_alone(client, proved_member, mailoutbox):
    for wanted, reached in (("/browse/", "/browse/"), ("https://evil.example/", "/")):
        asked = client.post(ASK, {"email": proved_member.email, "next": wanted})["Location"]
        answer = client.post(asked, {"code": code_in(mailoutbox[-1]), "next": wanted})
        assert answer["Location"] == reached
        client.logout()


@pytest.mark.parametrize("page", [ASK, KOFI])
def test_the_answer_is_the_same_for_everybody_and_mail_goes_only_where_it_may(
    client, proved_member, supporters, mailoutbox, page
):
    seen = []
    for email in (proved_member.email, "robin@example.net", "nobody@example.net"):
        guest = Client()
        answer = guest.post(page, {"email": email})
        told = guest.get(answer["Location"]).content.decode().replace(email, "somebody@example.net")
        seen.append((answer.status_code, answer["Location"], _without_tokens(told)))
    assert seen[0] == seen[1] == seen[2]
    assert [letter.to for letter in mailoutbox] == [[proved_member.email], ["robin@example.net"]]


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


def test_a_supporter_without_an_account_gets_one_by_the_code(client, supporters, mailoutbox, proved):
    client.post(KOFI, {"email": "Robin@example.net"})
    assert not User.objects.exists()
    client.post(ENTER, {"code": code_in(mailoutbox[0])})
    person = User.objects.get()
    assert (person.email, person.has_usable_password()) == ("robin@example.net", False)
    assert "robin" not in person.username
    assert EmailAddress.objects.get(user=person).verified
    assert proved == [(person.username, "robin@example.net")]
    assert signed_in_as(client) == str(person.pk)


def test_a_wrong_code_makes_no_account(client, supporters, mailoutbox):
    client.post(KOFI, {"email": "robin@example.net"})
    answer = client.post(ENTER, {"code": "000000" if code_in(mailoutbox[0]) != "000000" else "111111"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode() or "field-errors" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "0" * 5000, "１２３４５６"])
def test_nothing_that_is_no_code_signs_an_unknown_address_in(client, db, code):
    client.post(ASK, {"email": "nobody@example.net"})
    client.post(ENTER, {"code": code})
    assert signed_in_as(client) is None


def test_a_code_is_tried_three_times(client, proved_member, mailoutbox):
    client.post(ASK, {"email": proved_member.email})
    right = code_in(mailoutbox[0])
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(2):
        assert client.post(ENTER, {"code": wrong}).status_code == 200
    assert client.post(ENTER, {"code": wrong})["Location"] == ASK
    assert client.post(ENTER, {"code": right})["Location"] != "/"
    assert signed_in_as(client) is None
    assert Activity.objects.filter(action="sign_in.failed", subject_id=proved_member.pk).count() == 3


def test_a_code_works_once_and_in_its_own_browser_alone(client, proved_member, mailoutbox):
    client.post(ASK, {"email": proved_member.email})
    code = code_in(mailoutbox[0])
    other = Client()
    assert other.post(ENTER, {"code": code})["Location"] == ASK
    assert signed_in_as(other) is None
    client.post(ENTER, {"code": code})
    client.logout()
    assert client.post(ENTER, {"code": code})["Location"] == ASK


def test_a_code_ends_after_ten_minutes(client, proved_member, mailoutbox, settings):
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 600
    client.post(ASK, {"email": proved_member.email})
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    answer = client.post(ENTER, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "That code has ended" in answer.content.decode()
    assert signed_in_as(client) is None


@pytest.mark.parametrize("email", ["mila@example.org", "robin@example.net"])
def test_another_code_can_be_asked_for_and_replaces_the_first(client, proved_member, supporters, mailoutbox, email):
    client.post(KOFI, {"email": email})
    assert "Send another code" in client.get(ENTER).content.decode()
    client.post(ENTER, {"action": "resend"})
    first, second = (code_in(letter) for letter in mailoutbox)
    if first != second:
        assert client.post(ENTER, {"code": first}).status_code == 200
    assert client.post(ENTER, {"code": second})["Location"] == "/"


def test_resending_writes_to_nobody_unknown(client, db, mailoutbox):
    client.post(ASK, {"email": "nobody@example.net"})
    client.post(ENTER, {"action": "resend"})
    assert mailoutbox == []


def test_whoever_signed_up_with_anothers_address_loses_the_account_to_them(client, member, mailoutbox, proved):
    """The account was made with an address that nobody had proved; its owner comes with a code."""
    attacker = Client()
    enter(attacker, member)
    _, secret = create_token(owner=member, name="hidden", scopes=["read"])
    client.post(ASK, {"email": member.email})
    client.post(ENTER, {"code": code_in(mailoutbox[0])})
    assert signed_in_as(client) == str(member.pk)
    member.refresh_from_db()
    assert not member.has_usable_password()
    assert find_token(secret) is None
    assert attacker.get("/settings/tokens/").status_code == 302
    assert Activity.objects.filter(action="account.reclaimed", subject_id=member.pk).exists()
    assert proved == [("mila", "mila@example.org")]


def test_an_address_that_is_only_written_down_in_an_account_does_not_open_it(
    client, proved_member, supporters, mailoutbox
):
    """Else whoever reads its letters would land in the account of whoever wrote it down."""
    EmailAddress.objects.create(user=proved_member, email="robin@example.net", verified=False)
    client.post(KOFI, {"email": "robin@example.net"})
    client.post(ENTER, {"code": code_in(mailoutbox[0])})
    assert signed_in_as(client) not in {None, str(proved_member.pk)}


def test_a_disabled_account_gets_no_letter(client, proved_member, mailoutbox):
    User.objects.update(is_active=False)
    assert client.post(ASK, {"email": proved_member.email})["Location"] == ENTER
    assert mailoutbox == []


@pytest.mark.parametrize("role", [Role.OWNER, Role.TEAM, Role.CREATOR])
def test_an_unproved_address_of_whom_the_site_gave_a_role_opens_nothing(client, member, mailoutbox, role):
    """Else whoever reads its letters would have the account without its second factor."""
    User.objects.update(role=role)
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    assert client.post(ASK, {"email": member.email})["Location"] == ENTER
    assert mailoutbox == []
    member.refresh_from_db()
    assert member.has_usable_password()


def test_a_disabled_supporter_gets_no_letter_either(client, supporters, mailoutbox):
    make_person("robin")
    User.objects.update(email="robin@example.net", is_active=False)
    assert client.post(KOFI, {"email": "robin@example.net"})["Location"] == ENTER
    assert mailoutbox == []


def test_a_code_does_not_replace_the_second_factor(client, proved_member, mailoutbox):
    TOTP.activate(proved_member, "JBSWY3DPEHPK3PXP")
    client.post(ASK, {"email": proved_member.email})
    assert client.post(ENTER, {"code": code_in(mailoutbox[0])})["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(client) is None


@pytest.mark.parametrize("email", ["", "x", "a@b", "x" * 400 + "@example.org", "a\x00@example.org"])
def test_what_is_no_address_is_told(client, db, email):
    answer = client.post(ASK, {"email": email})
    assert answer.status_code in {200, 400}


def test_codes_to_one_address_are_limited_without_redis_too(client, proved_member, settings, limits_hold):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    answers = [Client().post(ASK, {"email": proved_member.email}).status_code for _ in range(8)]
    assert answers == [302] * 6 + [429] * 2
