import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.services.tokens import create_token, find_token
from tests.accounts.signing_in import enter


@pytest.mark.parametrize("field", ["username", "email"])
def test_a_person_signs_in_with_user_name_or_email(client, member, field):
    answer = client.post("/accounts/login/", {"login": getattr(member, field), "password": "correct horse"})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_wrong_password_is_told_in_the_shell(client, member):
    answer = client.post("/accounts/login/", {"login": member.username, "password": "wrong"})
    page = answer.content.decode()
    assert 'id="main"' in page
    assert 'role="alert"' in page
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(client, member, address):
    answer = client.post("/accounts/login/", {"login": member.username, "password": "correct horse", "next": address})
    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_where_one_came_from(client, member):
    asked = client.get("/settings/tokens/")
    assert asked["Location"] == "/accounts/login/?next=/settings/tokens/"
    answer = client.post(
        asked["Location"],
        {"login": member.username, "password": "correct horse", "next": "/settings/tokens/"},
    )
    assert answer["Location"] == "/settings/tokens/"


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
)
def test_pages_for_people_who_are_not_signed_in_stand_in_the_shell(client, db, name):
    page = client.get(reverse(name)).content.decode()
    assert '<main id="main"' in page
    assert "style=" not in page
    assert "<c-" not in page


@pytest.mark.parametrize("name", ["account_logout", "account_email", "account_change_password", "settings-tokens"])
def test_pages_of_ones_own_account_stand_in_the_shell(client, member, name):
    client.force_login(member)
    page = client.get(reverse(name)).content.decode()
    assert '<main id="main"' in page
    assert "style=" not in page
    assert "<c-" not in page


def test_someone_signs_up_and_is_signed_in(client, db):
    fields = {
        "username": "nova",
        "email": "nova@example.org",
        "password1": "long enough 12",
        "password2": "long enough 12",
    }
    assert client.post("/accounts/signup/", fields)["Location"] == "/"
    assert client.get("/settings/tokens/").status_code == 200


def test_a_new_tokens_secret_is_shown_once(client, member):
    client.force_login(member)
    page = client.post("/settings/tokens/", {"name": "laptop", "scopes": ["read", "play"]}).content.decode()
    secret = re.search(r"bst_[\w-]+", page)[0]
    assert find_token(secret).scopes == ["play", "read"]
    again = client.get("/settings/tokens/").content.decode()
    assert "laptop" in again
    assert secret not in again


def test_a_token_needs_a_scope(client, member):
    client.force_login(member)
    answer = client.post("/settings/tokens/", {"name": "laptop"})
    assert answer.status_code == 422
    assert "Choose at least one thing" in answer.content.decode()
    assert not member.tokens.exists()


def test_only_its_owner_revokes_a_token(client, member, stranger):
    row, secret = create_token(owner=member, name="laptop", scopes=["read"])
    address = reverse("settings-token-revoke", args=[row.pk])
    client.force_login(stranger)
    assert client.post(address).status_code == 404
    assert find_token(secret)
    client.force_login(member)
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert find_token(secret) is None


def _key(mail: str) -> str:
    return re.search(r"http://testserver(/accounts/\S+)", mail)[1]


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client, member, mailoutbox):
    asked = client.post("/accounts/password/reset/", {"email": member.email}, follow=True)
    assert "Look into your mail" in asked.content.decode()
    address = _key(mailoutbox[0].body)
    form = client.get(address, follow=True)
    assert "<h1" in form.content.decode()
    assert "A new password" in form.content.decode()
    new = {"password1": "a new fine horse", "password2": "a new fine horse"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert client.login(username=member.username, password=new["password1"])
    other = Client()
    assert "This link is used up" in other.get(address, follow=True).content.decode()


def test_a_stranger_to_the_site_is_told_nothing_by_a_forgotten_password(client, db, mailoutbox):
    asked = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "Look into your mail" in asked.content.decode()


def test_an_e_mail_is_added_confirmed_and_made_the_primary_one(client, member, mailoutbox):
    enter(client, member)
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    page = client.get(_key(mailoutbox[-1].body)).content.decode()
    assert "Is this your e-mail?" in page
    assert "new@example.org" in page
    client.post(_key(mailoutbox[-1].body))
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.org"})
    member.refresh_from_db()
    assert member.email == "new@example.org"
    page = client.get("/accounts/email/").content.decode()
    assert "Confirmed" in page
    assert 'name="action_remove"' in page


def test_a_wrong_password_keeps_the_form_and_says_so(client, member):
    client.force_login(member)
    answer = client.post("/accounts/password/change/", {"oldpassword": "x", "password1": "abc", "password2": "abd"})
    page = answer.content.decode()
    assert "field-errors" in page
    assert "The password that you have" in page
    assert "placeholder" not in page
