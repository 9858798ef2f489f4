"""Apps that sign people in by `/_allauth/app/v1/`, and what the tokens that they get are good for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts import registry
from apps.accounts.models import User
from tests.accounts.signing_in import PASSWORD, code_in, offer, totp
from tests.stubs import google

pytestmark = pytest.mark.django_db
APP = "/_allauth/app/v1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class App:
    """What a client keeps between its calls."""

    def __init__(self) -> None:
        self.client = APIClient()
        self.session = ""
        self.access = self.refresh = ""

    def call(self, method: str, path: str, body=None, **headers: str):
        headers = {**({"X-Session-Token": self.session} if self.session else {}), **headers}
        answer = getattr(self.client, method)(APP + path, body, format="json", headers=headers)
        meta = answer.json().get("meta", {})
        self.session = meta.get("session_token") or self.session
        self.access = meta.get("access_token") or self.access
        self.refresh = meta.get("refresh_token") or self.refresh
        return answer

    def sign_in(self, person) -> None:
        answer = self.call("post", "/auth/login", {"username": person.username, "password": PASSWORD})
        assert answer.status_code == 200, answer.content


def asks(path: str = "/api/v1/me/", method: str = "get", body=None, **headers: str):
    return getattr(APIClient(), method)(path, body, format="json", headers=headers)


@pytest.fixture
def app(member) -> App:
    app = App()
    app.sign_in(member)
    return app


def test_an_app_signs_up_and_asks_who_it_is(db):
    app = App()
    body = {"email": "nova@example.org", "username": "nova", "password": "long enough 12"}
    assert app.call("post", "/auth/signup", body).status_code == 200
    assert asks(**{"X-Session-Token": app.session}).json()["username"] == "nova"
    assert asks(Authorization=f"Bearer {app.access}").json()["username"] == "nova"


def test_a_refresh_token_gives_the_next_one_once(app):
    first = app.refresh
    answer = app.call("post", "/tokens/refresh", {"refresh_token": first})
    data = answer.json()["data"]
    assert asks(Authorization=f"Bearer {data['access_token']}").status_code == 200
    assert app.call("post", "/tokens/refresh", {"refresh_token": first}).status_code == 400
    assert app.call("post", "/tokens/refresh", {"refresh_token": data["refresh_token"]}).status_code == 200


@pytest.mark.parametrize("how", ["session", "access"])
def test_signing_out_ends_every_token_at_once(app, how):
    refresh, access, session = app.refresh, app.access, app.session
    headers = {"X-Session-Token": session} if how == "session" else {"Authorization": f"Bearer {access}"}
    APIClient().delete(f"{APP}/auth/session", headers=headers)
    assert asks(Authorization=f"Bearer {access}").status_code == 401
    assert asks(**{"X-Session-Token": session}).status_code == 401
    assert App().call("post", "/tokens/refresh", {"refresh_token": refresh}).status_code == 400


def test_an_app_is_in_the_list_of_sessions_and_can_be_signed_out_there(app, member, client):
    client.force_login(member)
    row = UserSession.objects.get(session_key=app.session)
    client.post(f"/settings/sessions/{row.pk}/end/")
    assert asks(Authorization=f"Bearer {app.access}").status_code == 401


def test_a_disabled_account_has_no_tokens(app, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert asks(Authorization=f"Bearer {app.access}").status_code == 401
    assert asks(**{"X-Session-Token": app.session}).status_code == 401


def test_an_app_does_the_usual_things_and_does_not_administer(moderator):
    app = App()
    app.sign_in(moderator)
    for headers in ({"Authorization": f"Bearer {app.access}"}, {"X-Session-Token": app.session}):
        assert asks("/api/v1/encoders/", **headers).status_code == 200
        refused = asks("/api/v1/streams/backfill/", "post", {"dry_run": True}, **headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "missing_scope")


def test_an_app_makes_no_token_that_may_do_more(app):
    headers = {"Authorization": f"Bearer {app.access}"}
    body = {"name": "more", "scopes": ["admin"]}
    assert asks("/api/v1/tokens/", "post", body, **headers).status_code == 403
    assert asks("/api/v1/tokens/", "post", {**body, "scopes": ["read"]}, **headers).status_code == 201


@pytest.mark.parametrize(
    "token", ["a.b.c", "eyJhbGciOiJub25lIn0.e30.", "..", "x" * 9000 + ".b.c", "bst_a.b.c", "é.é.é"]
)
def test_what_is_no_token_is_refused_in_our_words(db, token):
    for headers in ({"HTTP_AUTHORIZATION": f"Bearer {token}"}, {"HTTP_X_SESSION_TOKEN": token}):
        answer = APIClient().get("/api/v1/me/", **headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "bad_token"


def test_a_refresh_token_is_no_access_token(app):
    assert asks(Authorization=f"Bearer {app.refresh}").status_code == 401


def test_a_second_factor_is_asked_of_apps_too(member):
    TOTP.activate(member, SECRET)
    app = App()
    answer = app.call("post", "/auth/login", {"username": "mila", "password": PASSWORD})
    assert answer.status_code == 401
    assert app.access == ""
    assert asks(**{"X-Session-Token": app.session}).status_code == 401
    app.call("post", "/auth/2fa/authenticate", {"code": totp(SECRET)})
    assert asks(Authorization=f"Bearer {app.access}").status_code == 200


def test_a_code_signs_an_app_in(member, mailoutbox):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    app = App()
    assert app.call("post", "/auth/code/request", {"email": member.email}).status_code == 401
    assert app.call("post", "/auth/code/confirm", {"code": "000000"}).status_code in {400, 401}
    app.call("post", "/auth/code/resend")
    assert app.call("post", "/auth/code/confirm", {"code": code_in(mailoutbox[-1])}).status_code == 200
    assert asks(Authorization=f"Bearer {app.access}").json()["username"] == "mila"


def test_a_code_makes_a_supporters_account_in_an_app_too(db, mailoutbox, monkeypatch):
    monkeypatch.setattr(registry, "_knowers", [lambda email: email == "robin@example.net"])
    app, nobody = App(), App()
    answers = [
        one.call("post", "/auth/code/request", {"email": email})
        for one, email in ((app, "robin@example.net"), (nobody, "nobody@example.net"))
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert len(mailoutbox) == 1
    app.call("post", "/auth/code/confirm", {"code": code_in(mailoutbox[0])})
    assert User.objects.get().email == "robin@example.net"


def test_codes_that_were_not_asked_for_are_refused(db):
    for path in ("/auth/code/confirm", "/auth/code/resend"):
        assert App().call("post", path, {"code": "123456"}).status_code == 409


@pytest.mark.parametrize("path", ["/auth/webauthn/login", "/account/authenticators/webauthn"])
@pytest.mark.parametrize("credential", [{}, {"id": "AQ"}, [], "x", {"id": "AQ", "rawId": "AQ", "response": {}}])
def test_nonsense_in_a_passkeys_place_is_refused(app, path, credential):
    app.call("get", path)
    assert app.call("post", path, {"credential": credential, "name": "x"}).status_code in {400, 401, 409}


def test_an_id_token_of_google_signs_in_if_it_is_for_us(db, settings):
    with google.serving() as stub:
        settings.GOOGLE_URL = stub.url
        offer("google")
        body = {"provider": "google", "process": "login"}
        for audience, status in (("somebody-else", 400), ("stub-client", 200)):
            token = {"client_id": "stub-client", "id_token": stub.id_token_of(stub.people["nora"], audience=audience)}
            assert App().call("post", "/auth/provider/token", {**body, "token": token}).status_code == status
        forged = google.id_token({**stub.claims(stub.people["mila"]), "iss": stub.url, "aud": "stub-client"})
        token = {"client_id": "stub-client", "id_token": forged}
        assert App().call("post", "/auth/provider/token", {**body, "token": token}).status_code == 400
    assert User.objects.get().email == "nora@example.net"


def test_apps_are_limited_without_redis_too(member, settings, limits_hold):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    body = {"username": "mila", "password": "wrong"}
    answers = [App().call("post", "/auth/login", body) for _ in range(32)]
    assert [answer.status_code for answer in answers] == [400] * 30 + [429] * 2
    assert answers[-1].json()["errors"][0]["code"] == "throttled"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_document_names_the_ways_to_sign_in(client, db):
    schemes = client.get("/api/schema/?format=json").json()["components"]["securitySchemes"]
    assert schemes["app_token"]["bearerFormat"] == "JWT"
    assert schemes["app_session"]["name"] == "X-Session-Token"


@pytest.mark.django_db(transaction=True)
def test_a_refresh_token_that_is_sent_many_times_at_once_is_good_for_one(member):
    app = App()
    app.sign_in(member)

    def refresh(_) -> int:
        try:
            return App().call("post", "/tokens/refresh", {"refresh_token": app.refresh}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(refresh, range(6))) == [200, 400, 400, 400, 400, 400]
