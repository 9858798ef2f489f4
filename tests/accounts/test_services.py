"""Signing in with Google, GitHub, Patreon and OpenID Connect, each as a small real server on loopback."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.db import IntegrityError
from django.test import Client

from apps.accounts.enums import Role
from apps.accounts.models import Activity, SignInProvider, User
from apps.accounts.services.tokens import create_token, find_token
from apps.accounts.signals import email_proved
from tests.accounts.signing_in import enter, offer, sign_in_with, signed_in_as, way_back, way_to
from tests.stubs import github, google, oidc, patreon
from tests.stubs.identity import CLIENT_ID, CLIENT_SECRET
from tests.stubs.patreon_world import Person as Patron

FAILED = "Third-party sign-in failed"
pytestmark = pytest.mark.django_db


@pytest.fixture
def at_google(settings):
    with google.serving() as stub:
        settings.GOOGLE_URL = stub.url
        offer("google")
        stub.signs_in_as = stub.people["nora"]
        yield stub


@pytest.fixture
def at_github(settings):
    with github.serving() as stub:
        settings.GITHUB_URL = stub.url
        offer("github")
        stub.signs_in_as = stub.people["nora"]
        yield stub


@pytest.fixture
def at_oidc():
    with oidc.serving() as stub:
        offer("openid_connect", slug="works", name="The works", server_url=stub.url)
        stub.signs_in_as = stub.people["nora"]
        yield stub


@pytest.fixture
def at_patreon(settings):
    with patreon.serving() as stub:
        settings.PATREON_URL = stub.url
        offer("patreon")
        stub.signs_in_as = stub.add_person(Patron("77", "Nora New", "nora@example.net"))
        yield stub


@pytest.fixture
def proved():
    """The addresses that were told to be proved, as (user name, address)."""
    heard = []

    def hear(person, email, **_):
        heard.append((person.username, email))

    email_proved.connect(hear)
    yield heard
    email_proved.disconnect(hear)


@pytest.fixture
def proved_member(member):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def test_a_newcomer_signs_in_with_google(client, at_google, proved):
    answer = sign_in_with(client, "google", next="/browse/")
    assert answer["Location"] == "/browse/"
    person = User.objects.get()
    assert (person.email, person.name) == ("nora@example.net", "Nora New")
    assert not person.username.startswith("nora@")
    assert EmailAddress.objects.get(user=person).verified
    assert ("nora@example.net" in {email for _, email in proved}) is True
    assert signed_in_as(client) == str(person.pk)
    assert Activity.objects.filter(action="sign_in.done", details__service="google").exists()
    asked = at_google.asked("/o/oauth2/v2/auth")[0].query
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}


def test_neither_the_services_secret_nor_its_tokens_are_kept(client, at_google):
    sign_in_with(client, "google")
    assert not SocialApp.objects.exists()
    assert not SocialToken.objects.exists()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_signinprovider")
        assert CLIENT_SECRET not in cursor.fetchone()[0]
    assert SignInProvider.objects.get().secret == CLIENT_SECRET


def test_google_without_an_id_token_is_asked_who_it_is(client, at_google):
    at_google.tells_id_token = False
    sign_in_with(client, "google")
    assert at_google.asked("/oauth2/v2/userinfo")
    assert User.objects.get().email == "nora@example.net"


def test_coming_back_to_google_opens_the_same_account(client, at_google):
    sign_in_with(client, "google")
    other = Client()
    sign_in_with(other, "google")
    assert signed_in_as(other) == signed_in_as(client)
    assert User.objects.count() == 1


def test_a_proved_address_of_google_opens_and_links_the_account_that_has_proved_it_too(
    client, at_google, proved_member
):
    at_google.signs_in_as = at_google.people["mila"]
    sign_in_with(client, "google")
    assert signed_in_as(client) == str(proved_member.pk)
    assert SocialAccount.objects.get().user == proved_member
    proved_member.refresh_from_db()
    assert proved_member.has_usable_password()


def test_whoever_wrote_anothers_address_into_an_account_loses_the_way_in_when_google_proves_it(
    client, at_google, member, proved
):
    _, secret = create_token(owner=member, name="hidden", scopes=["read"])
    SocialAccount.objects.create(user=member, provider="github", uid="999")
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    at_google.signs_in_as = at_google.people["mila"]
    sign_in_with(client, "google")
    assert signed_in_as(client) == str(member.pk)
    member.refresh_from_db()
    assert not member.has_usable_password()
    assert find_token(secret) is None
    assert [account.provider for account in SocialAccount.objects.all()] == ["google"]
    assert proved == [("mila", "mila@example.org")]


def test_an_unproved_address_of_staff_opens_nothing_at_google(client, at_google, member):
    User.objects.update(role=Role.TEAM)
    at_google.signs_in_as = at_google.people["mila"]
    assert is_told_to_sign_in_first(client, sign_in_with(client, "google"), member)


def is_told_to_sign_in_first(client, answer, person) -> bool:
    """Nothing is linked, nothing is taken; the page says what to do."""
    assert answer["Location"] == "/accounts/3rdparty/signup/"
    page = client.get(answer["Location"]).content.decode()
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()
    person.refresh_from_db()
    assert person.has_usable_password()
    return f"There is an account with {person.email} already" in page


def test_an_address_that_google_has_not_proved_takes_nothing_over(client, at_google, proved_member):
    at_google.signs_in_as = at_google.people["mila"]
    at_google.signs_in_as.verified = False
    assert is_told_to_sign_in_first(client, sign_in_with(client, "google"), proved_member)


@pytest.mark.parametrize("service", ["github", "patreon", "oidc/works"])
def test_other_services_never_link_by_address(client, service, at_github, at_patreon, at_oidc, member):
    for stub in (at_github, at_oidc):
        stub.signs_in_as = stub.people["mila"]
    at_patreon.signs_in_as = at_patreon.add_person(Patron("88", "Mila", member.email))
    assert is_told_to_sign_in_first(client, sign_in_with(client, service), member)
    client.post("/accounts/3rdparty/signup/", {"email": "another@example.net", "username": "another"})
    newcomer = User.objects.get(username="another")
    assert list(EmailAddress.objects.filter(user=newcomer).values_list("email", "verified")) == [
        ("another@example.net", False)
    ]
    refused = client.post("/accounts/3rdparty/signup/", {"email": member.email, "username": "third"})
    assert refused.status_code == 302


def test_a_taken_address_cannot_be_entered_either(client, at_patreon, proved_member):
    at_patreon.signs_in_as = at_patreon.add_person(Patron("88", "Mila", proved_member.email))
    sign_in_with(client, "patreon")
    answer = client.post("/accounts/3rdparty/signup/", {"email": proved_member.email, "username": "third"})
    assert "Sign in there, then link your Patreon account" in answer.content.decode()
    assert User.objects.count() == 1


def test_github_tells_a_proved_address_and_not_what_is_on_the_profile(client, at_github, proved):
    sign_in_with(client, "github")
    person = User.objects.get()
    assert (person.username, person.email) == ("nora", "nora@example.net")
    assert (person.username, "nora@example.net") in proved
    assert not EmailAddress.objects.filter(email="anybody@example.com").exists()


def test_patreon_is_asked_for_identity_alone_and_its_proof_counts(client, at_patreon, proved):
    sign_in_with(client, "patreon")
    person = User.objects.get()
    assert EmailAddress.objects.get(user=person).verified
    assert SocialAccount.objects.get().uid == "77"
    asked = next(one for one in at_patreon.requests if one.path == "/oauth2/authorize")
    assert set(asked.one("scope").split()) == {"identity", "identity[email]"}
    agents = {one.headers["user-agent"] for one in at_patreon.requests if one.path.startswith("/api/")}
    assert all("Bandstand" in agent for agent in agents)
    assert (person.username, "nora@example.net") in proved


def test_an_address_that_patreon_has_not_proved_is_not_proved_here(client, at_patreon, proved):
    at_patreon.signs_in_as.is_email_verified = False
    sign_in_with(client, "patreon")
    assert not EmailAddress.objects.get().verified
    assert proved == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_patreon_that_refuses_is_a_page_and_no_crash(client, at_patreon, status):
    back = way_back(way_to(client, "patreon"))
    at_patreon.fail(status, times=9, path="/api/")
    answer = client.get(back)
    assert answer.status_code == 401
    assert FAILED in answer.content.decode()
    assert not User.objects.exists()
    assert Activity.objects.filter(action="sign_in.failed", details__service="patreon").exists()


@pytest.mark.parametrize("body", [b"{}", b'{"data": null}', b'{"data": {"type": "user", "id": "1"}}', b"[1]", b"x"])
def test_a_patreon_that_answers_nonsense_is_a_page_and_no_crash(client, at_patreon, body):
    back = way_back(way_to(client, "patreon"))
    at_patreon.fail(200, times=9, path="/api/oauth2/v2", body=body, Content_Type="application/json")
    assert client.get(back).status_code == 401


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("google", "/token"),
        ("github", "/login/oauth/access_token"),
        ("github", "/api/v3/user"),
        ("github", "/api/v3/user/emails"),
        ("oidc/works", "/token"),
        ("oidc/works", "/userinfo"),
        ("oidc/works", "/.well-known/openid-configuration"),
    ],
)
@pytest.mark.parametrize("body", [b"<h1>Out of order</h1>", b"[]", b'{"access_token": 7}'])
def test_a_service_out_of_order_is_a_page_and_no_crash(client, at_google, at_github, at_oidc, service, path, body):
    back = way_back(way_to(client, service))
    if (path, body) == ("/api/v3/user/emails", b"[]"):
        body = b"{}"  # an empty list is a good answer: somebody without an address
    for stub in (at_google, at_github, at_oidc):
        stub.fail(path, 200 if body != b"<h1>Out of order</h1>" else 503, body)
    answer = client.get(back)
    assert answer.status_code == 401
    assert FAILED in answer.content.decode()
    assert not User.objects.exists()


def test_a_login_server_that_is_gone_is_told_before_one_leaves(client, at_oidc):
    at_oidc.fail("/.well-known/openid-configuration")
    answer = client.post("/accounts/oidc/works/login/")
    assert answer.status_code == 401
    assert FAILED in answer.content.decode()


def test_a_newcomer_signs_in_with_openid_connect(client, at_oidc):
    sign_in_with(client, "oidc/works")
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == ("works", "1002")
    assert signed_in_as(client) == str(account.user.pk)


@pytest.mark.parametrize("told", ["false", "true", 1, None])
def test_only_a_true_that_is_one_proves_an_address(client, at_oidc, told):
    at_oidc.changes["email_verified"] = told
    sign_in_with(client, "oidc/works")
    assert not EmailAddress.objects.get().verified


def test_userinfo_about_somebody_else_is_refused(client, at_oidc):
    at_oidc.userinfo["sub"] = "1001"
    assert sign_in_with(client, "oidc/works").status_code == 401
    assert not User.objects.exists()


def test_the_way_back_works_once(client, at_google):
    back = way_back(way_to(client, "google"))
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert again.status_code == 401
    assert FAILED in again.content.decode()


def test_a_way_back_that_somebody_else_began_is_refused(client, at_google):
    back = way_back(way_to(client, "google"))
    other = Client()
    assert other.get(back).status_code == 401
    assert signed_in_as(other) is None


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=" + "x" * 4000, "?error=server_error&state=x"]
)
def test_a_way_back_from_nowhere_is_refused(client, at_google, at_oidc, query):
    for service in ("google", "oidc/works"):
        assert client.get(f"/accounts/{service}/login/callback/{query}").status_code == 401


def test_changing_ones_mind_at_the_service_is_no_error(client, at_google):
    at_google.denies = True
    answer = client.get(way_back(way_to(client, "google")), follow=True)
    assert "You changed your mind" in answer.content.decode()


def test_a_code_that_belongs_to_another_verifier_is_refused(client, at_google):
    first, second = way_back(way_to(client, "google")), way_back(way_to(client, "google"))
    code = re.search(r"code=([^&]+)", first)[1]
    swapped = re.sub(r"code=[^&]+", f"code={code}", second)
    assert client.get(swapped).status_code == 401
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_service_leads_to_another_site(client, at_google, address):
    assert sign_in_with(client, "google", next=address)["Location"] == "/"


def test_whoever_writes_the_link_adds_no_scopes(client, at_google):
    way_back(way_to(client, "google", scope="https://mail.google.com/", auth_params="prompt=none"))
    asked = at_google.asked("/o/oauth2/v2/auth")[0].query
    assert "mail" not in asked["scope"].replace("email", "")
    assert "prompt" not in asked


def test_looking_at_the_way_out_does_not_leave(client, at_google):
    page = client.get("/accounts/google/login/").content.decode()
    assert "Sign in with Google" in page
    assert not at_google.requests


def test_a_service_that_is_not_configured_is_not_there(client):
    page = client.get("/accounts/login/").content.decode()
    assert "Google" not in page
    for path in ("google/login/", "google/login/callback/", "patreon/login/", "oidc/nothing/login/"):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}").status_code == 404


def test_a_service_that_was_switched_off_is_not_there(client, at_google):
    SignInProvider.objects.update(enabled=False)
    assert client.post("/accounts/google/login/").status_code == 404


def test_the_environment_names_services_too_and_goes_first(client, settings, at_google):
    env = {"provider": "google", "name": "", "client_id": "of-environment", "secret": "x", "server_url": ""}
    oidc_env = {"provider": "openid_connect", "name": "House", "client_id": "c", "secret": "", "server_url": "http://x"}
    settings.SIGN_IN_PROVIDERS = [env, oidc_env]
    page = client.get("/accounts/login/").content.decode()
    assert page.count("Sign in with Google") == 1
    assert "Sign in with House" in page
    assert "client_id=of-environment" in way_to(client, "google")


def test_a_login_server_cannot_pass_itself_off_as_another_service(at_oidc):
    with pytest.raises(IntegrityError):
        offer("openid_connect", slug="google", server_url="https://evil.example")


def test_a_private_address_that_nobody_configured_is_not_asked(client, at_oidc):
    with google.serving() as inside:
        at_oidc.discovery["token_endpoint"] = f"{inside.url}/token"
        assert client.get(way_back(way_to(client, "oidc/works"))).status_code == 401
        assert inside.requests == []


def test_a_service_is_linked_and_unlinked(client, at_github, proved_member, mailoutbox):
    enter(client, proved_member)
    answer = sign_in_with(client, "github", process="connect")
    assert answer["Location"] == "/accounts/3rdparty/"
    account = SocialAccount.objects.get()
    assert account.user == proved_member
    assert "GitHub" in client.get("/accounts/3rdparty/").content.decode()
    assert Activity.objects.filter(action="service.linked", actor_id=proved_member.pk).exists()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert Activity.objects.filter(action="service.unlinked", subject_id=proved_member.pk).exists()
    assert [letter.subject for letter in mailoutbox] == ["GitHub is linked", "GitHub is unlinked"]


def test_an_account_there_belongs_to_one_account_here(client, at_github, member, stranger):
    enter(client, member)
    sign_in_with(client, "github", process="connect")
    other = Client()
    enter(other, stranger)
    answer = other.get(sign_in_with(other, "github", process="connect")["Location"])
    assert "linked to somebody else" in answer.content.decode()
    assert SocialAccount.objects.get().user == member


def test_the_last_way_in_is_not_taken_away(client, at_github):
    sign_in_with(client, "github")
    account = SocialAccount.objects.get()
    EmailAddress.objects.all().delete()
    answer = client.post("/accounts/3rdparty/", {"account": account.pk})
    assert "only way into your account" in answer.content.decode()
    assert SocialAccount.objects.exists()


def test_a_service_that_is_offered_no_more_is_no_way_in(client, at_github, at_google, member):
    sign_in_with(client, "github")
    person = User.objects.exclude(pk=member.pk).get()
    at_google.signs_in_as = at_google.people["uwe"]
    client.post("/accounts/reauthenticate/")
    sign_in_with(client, "google", process="connect")
    EmailAddress.objects.filter(user=person).delete()
    SignInProvider.objects.filter(provider="google").update(enabled=False)
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get(provider="github").pk})
    assert SocialAccount.objects.filter(provider="github").exists()


def test_nobody_unlinks_anothers_account(client, at_github, member, stranger):
    enter(client, member)
    sign_in_with(client, "github", process="connect")
    other = Client()
    enter(other, stranger)
    other.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists()


def test_the_admin_shows_the_address_to_register_and_never_the_secret(client, moderator):
    row = offer("openid_connect", slug="works", name="The works", server_url="https://login.example.org")
    client.force_login(moderator)
    page = client.get(f"/admin/accounts/signinprovider/{row.pk}/change/").content.decode()
    assert "/accounts/oidc/works/login/callback/" in page
    assert CLIENT_SECRET not in page
    fields = {"name": "Works", "client_id": CLIENT_ID, "enabled": "on", "order": "1", "new_secret": ""}
    assert client.post(f"/admin/accounts/signinprovider/{row.pk}/change/", fields).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.secret, row.slug) == ("Works", CLIENT_SECRET, "works")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"provider": "openid_connect", "slug": "", "server_url": ""}, "needs a short name"),
        ({"provider": "openid_connect", "slug": "google", "server_url": "https://x.example"}, "another service"),
        ({"provider": "google", "slug": "x", "server_url": ""}, "OpenID Connect alone"),
    ],
)
def test_the_admin_says_what_does_not_fit(client, moderator, fields, sentence):
    client.force_login(moderator)
    rest = {"name": "", "client_id": "c", "new_secret": "s", "enabled": "on", "order": "0"}
    answer = client.post("/admin/accounts/signinprovider/add/", {**rest, **fields})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_members_do_not_configure_services(client, member):
    client.force_login(member)
    assert client.get("/admin/accounts/signinprovider/").status_code in {302, 403}
