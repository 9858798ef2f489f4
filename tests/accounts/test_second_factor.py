"""Authenticator apps, recovery codes, passkeys (as far as no browser is needed), and that staff must have one of them."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import Activity
from apps.accounts.services.tokens import create_token
from tests.accounts.signing_in import PASSWORD, enter, signed_in_as, totp

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def guarded(member):
    TOTP.activate(member, SECRET)
    return member


@pytest.mark.django_db(transaction=True)
def test_an_authenticator_app_is_set_up_and_asked_for(client, member, mailoutbox):
    enter(client, member)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert mailoutbox[-1].subject == "Your authenticator app is on"
    assert Activity.objects.filter(action="second_factor.added", subject_id=member.pk).exists()
    client.logout()
    assert enter(client, member)["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(client) is None
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert signed_in_as(client) == str(member.pk)


def test_secrets_of_second_factors_are_encrypted(guarded, client):
    enter(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": totp(SECRET)})
    client.post("/accounts/2fa/reauthenticate/", {"code": totp(SECRET)})
    client.post("/accounts/2fa/recovery-codes/generate/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = [row[0] for row in cursor.fetchall()]
    assert kept
    assert all(SECRET not in text and "e1.t1." in text for text in kept)


def test_a_code_of_the_app_works_once(client, guarded):
    code = totp(SECRET)
    enter(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    client.logout()
    enter(client, guarded)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "This code does not fit" in answer.content.decode()
    assert signed_in_as(client) is None


def test_each_recovery_code_opens_once(client, guarded):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(guarded).get_unused_codes()[0]
    enter(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in_as(client) == str(guarded.pk)
    client.logout()
    enter(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in_as(client) is None


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 9000, "１２３４５６"])
def test_what_is_no_code_is_refused(client, guarded, code):
    enter(client, guarded)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert answer.status_code == 200
    assert signed_in_as(client) is None


_NONSENSE = ["", "x", "[]", "null", "7", "{}", '{"id": 1}', '{"rawId": "AQ", "id": "AQ", "type": "public-key"}']
_NONSENSE += [json.dumps({"id": "AQ", "rawId": "AQ", "type": "public-key", "response": {"clientDataJSON": "e30"}})]


@pytest.mark.parametrize("credential", _NONSENSE)
def test_nonsense_in_a_passkeys_place_is_refused_everywhere(client, guarded, credential):
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in {200, 302}
    enter(client, guarded)
    assert client.post("/accounts/2fa/authenticate/", {"credential": credential}).status_code == 200
    assert signed_in_as(client) is None
    client.post("/accounts/2fa/authenticate/", {"code": totp(SECRET)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")
    answer = client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_second_factor_is_changed_only_by_who_has_just_proved_to_be_it(client, member):
    client.force_login(member)
    answer = client.get("/accounts/2fa/totp/activate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_nobody_removes_anothers_key(client, member, stranger):
    key = Authenticator.objects.create(user=member, type="webauthn", data={"name": "x", "credential": {}})
    enter(client, stranger)
    assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 404
    assert client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/").status_code == 404


class TestStaff:
    @pytest.fixture(autouse=True)
    def _production(self, settings):
        settings.STAFF_NEED_SECOND_FACTOR = True

    @pytest.mark.parametrize("path", ["/admin/", "/studio/", "/jobs/all/", "/admin/accounts/user/"])
    def test_staff_are_led_to_a_second_factor(self, client, moderator, path):
        client.force_login(moderator)
        answer = client.get(path)
        assert answer["Location"] == "/accounts/2fa/"
        assert "needs a second factor first" in client.get("/accounts/2fa/").content.decode()

    def test_the_api_refuses_what_staff_do_and_says_why(self, moderator):
        client = APIClient()
        client.force_login(moderator)
        answer = client.get("/api/v1/encoders/")
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "second_factor_needed"
        assert client.get("/api/v1/me/").status_code == 200

    def test_neither_does_a_token_of_theirs(self, moderator):
        _, secret = create_token(owner=moderator, name="x", scopes=["admin"])
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        answer = client.get("/api/v1/encoders/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor_needed")

    def test_with_one_they_are_staff(self, client, moderator):
        TOTP.activate(moderator, SECRET)
        client.force_login(moderator)
        assert client.get("/admin/").status_code == 200
        assert client.get("/api/v1/encoders/").status_code == 200

    def test_recovery_codes_alone_are_none(self, client, moderator):
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        RecoveryCodes.activate(moderator)
        client.force_login(moderator)
        assert client.get("/studio/").status_code == 302

    def test_members_and_creators_need_none(self, client, member, owner, django_assert_max_num_queries):
        client.force_login(owner)
        assert client.get("/studio/").status_code == 200
        client.force_login(member)
        assert client.get("/api/v1/encoders/").json()["error"]["code"] != "second_factor_needed"

    def test_they_can_set_one_up(self, client, moderator):
        enter(client, moderator)
        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)[1]
        client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
        assert client.get("/admin/").status_code == 200


def test_embedded_they_are_advised(client, moderator, member):
    client.force_login(moderator)
    assert "Add a second factor" in client.get("/settings/security/").content.decode()
    assert "Add a second factor" in client.get("/studio/").content.decode()
    TOTP.activate(moderator, SECRET)
    assert "Add a second factor" not in client.get("/studio/").content.decode()
    client.force_login(member)
    assert "Add a second factor" not in client.get("/settings/security/").content.decode()
