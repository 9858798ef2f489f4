from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Activity, PersonalToken
from apps.accounts.services.tokens import (
    app_passwords_of,
    create_token,
    find_app_password,
    find_token,
    reveal,
    revoke_token,
)
from apps.core.errors import Invalid, NotFound


@pytest.fixture
def app(member):
    return create_token(owner=member, name="phone", kind="app_password")


def test_an_app_password_reads_and_plays_and_is_found_by_name_and_secret(member, app):
    row, secret = app
    assert row.scopes == ["play", "read"]
    assert find_app_password("mila", secret, address="203.0.113.7").pk == row.pk
    assert find_app_password("MILA@example.org", f"{secret[:6]}-{secret[6:]} ").pk == row.pk
    row.refresh_from_db()
    assert row.last_used_from == "203.0.113.7"


def test_it_opens_nothing_for_anybody_else_and_nothing_of_the_api(stranger, app):
    _, secret = app
    assert find_app_password("sven", secret) is None
    assert find_app_password("", secret) is None
    assert find_app_password("mila", secret[:-1]) is None
    assert find_token(secret) is None
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.get("/api/v1/me/").status_code == 401


def test_it_is_kept_encrypted_and_a_token_not_at_all(member, app):
    row, secret = app
    create_token(owner=member, name="script", scopes=["read"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sealed, digest FROM accounts_personaltoken ORDER BY id")
        kept = {name: (sealed, digest) for name, sealed, digest in cursor.fetchall()}
    assert kept["script"][0] == ""
    assert kept["phone"][0].startswith("e1.")
    assert secret not in "".join(kept["phone"])
    assert app_passwords_of("Mila") == [(row, secret)]


@pytest.mark.parametrize("end", ["disabled", "leaving", "expired", "revoked"])
def test_it_is_dead_at_once(member, app, end):
    row, secret = app
    if end == "disabled":
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    elif end == "leaving":
        type(member).objects.filter(pk=member.pk).update(leaving_at=timezone.now() + timedelta(days=7))
    elif end == "expired":
        PersonalToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        revoke_token(owner=member, token_id=row.pk)
    assert find_app_password("mila", secret) is None
    assert app_passwords_of("mila") == []


def test_it_does_nothing_but_read_and_play(member):
    with pytest.raises(Invalid, match="reads and plays"):
        create_token(owner=member, name="x", kind="app_password", scopes=["write"])


def test_its_owner_alone_sees_it_again(member, stranger, app):
    row, secret = app
    assert reveal(owner=member, token_id=row.pk) == secret
    with pytest.raises(NotFound):
        reveal(owner=stranger, token_id=row.pk)
    token, _ = create_token(owner=member, name="script", scopes=["read"])
    with pytest.raises(NotFound):
        reveal(owner=member, token_id=token.pk)
    assert Activity.objects.filter(action="token.shown", actor_id=member.pk).count() == 1


def test_the_page_shows_it_again_only_after_the_password(client, member, app):
    row, secret = app
    client.force_login(member)
    address = reverse("settings-token-show", args=[row.pk])
    asked = client.post(address)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(address).status_code == 405
    shown = client.post(asked["Location"], {"password": "correct horse"}, follow=True)
    assert secret in shown.content.decode()


def test_another_persons_is_unknown_to_the_page(client, stranger, app):
    client.force_login(stranger)
    address = reverse("settings-token-show", args=[app[0].pk])
    client.post(address)
    answer = client.post(f"/accounts/reauthenticate/?next={address}", {"password": "correct horse"}, follow=True)
    assert answer.status_code == 404
    assert app[1] not in answer.content.decode()


def test_the_page_makes_one_that_ends(client, member):
    client.force_login(member)
    page = client.post("/settings/tokens/", {"kind": "app_password", "app-name": "radio", "app-lasts": "30"})
    row = member.tokens.get()
    assert row.sealed in page.content.decode()
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)


def test_the_api_makes_one_with_an_end(member):
    client = APIClient()
    client.force_login(member)
    ends = (timezone.now() + timedelta(days=3)).isoformat()
    made = client.post("/api/v1/tokens/", {"name": "car", "kind": "app_password", "expires_at": ends}, format="json")
    assert made.status_code == 201, made.content
    assert find_app_password("mila", made.json()["secret"]).name == "car"
    past = {"name": "late", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
    assert client.post("/api/v1/tokens/", past, format="json").status_code == 400
    assert client.post("/api/v1/tokens/", {"name": "none"}, format="json").status_code == 400


def test_a_token_without_play_makes_no_app_password(member):
    _, secret = create_token(owner=member, name="w", scopes=["write"])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    answer = client.post("/api/v1/tokens/", {"name": "x", "kind": "app_password"}, format="json")
    assert answer.status_code == 403
