"""What somebody plays ends with the sign-in, the app or the token that they opened it with."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import PersonalToken
from apps.accounts.services.sessions import end_other_sessions
from apps.accounts.services.tokens import create_token, revoke_token
from apps.catalog.access import viewer_of
from apps.catalog.services.edit import edit_item
from apps.streaming import gate
from tests.accounts.signing_in import PASSWORD, enter
from tests.catalog.making import SIGNED_IN
from tests.streaming.making import make_stream

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgetful_gate(settings):
    settings.STREAMING = {"gate_cache_s": 0}
    gate.forget_all()


@pytest.fixture
def item(owner):
    item = make_stream(owner).item
    return edit_item(item=item, viewer=viewer_of(owner), policy=SIGNED_IN)


def status_of(address: str) -> int:
    return Client().get(address).status_code


def app_of(person) -> dict[str, str]:
    answer = APIClient().post(
        "/_allauth/app/v1/auth/login", {"username": person.username, "password": PASSWORD}, format="json"
    )
    return answer.json()["meta"]


def plays(item, **headers: str) -> str:
    answer = APIClient().post(f"/api/v1/items/{item.pk}/playback/", headers=headers)
    return answer.json()["master_url"]


def test_with_a_sign_in_that_is_ended_from_elsewhere(item, member):
    here, there = Client(), Client()
    enter(here, member)
    enter(there, member)
    addresses = [one.get(f"/hls/{item.pk}/master.m3u8").url for one in (here, there)]
    assert [status_of(address) for address in addresses] == [200, 200]
    end_other_sessions(person=member, current_key=here.session.session_key)
    assert [status_of(address) for address in addresses] == [200, 403]


@pytest.mark.parametrize("how", ["session_token", "access_token"])
def test_with_an_app_that_signs_out(item, member, how):
    first, second = app_of(member), app_of(member)
    name, prefix = ("X-Session-Token", "") if how == "session_token" else ("Authorization", "Bearer ")
    addresses = [plays(item, **{name: prefix + app[how]}) for app in (first, second)]
    assert [status_of(address) for address in addresses] == [200, 200]
    APIClient().delete("/_allauth/app/v1/auth/session", headers={name: prefix + first[how]})
    assert [status_of(address) for address in addresses] == [403, 200]


def test_with_a_token_that_is_revoked(item, member):
    _, secret = create_token(owner=member, name="player", scopes=["play"])
    address = plays(item, Authorization=f"Bearer {secret}")
    assert status_of(address) == 200
    revoke_token(owner=member, token_id=PersonalToken.objects.get().pk)
    assert status_of(address) == 403
