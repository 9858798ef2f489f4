from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.enums import Role
from apps.accounts.models import Activity, Impersonation, User
from apps.accounts.services.people import change_role, disable
from apps.core.realtime.viewers import fresh_person
from tests.conftest import make_person


def begin(client, person, reason="They see no films"):
    return client.post(reverse("studio-person-impersonate", args=[person.pk]), {"reason": reason})


@pytest.fixture
def acting(client, moderator, member):
    """The moderator, who sees the site as Mila does."""
    client.force_login(moderator)
    assert begin(client, member).status_code == 302
    return client


def test_staff_see_the_site_as_somebody_with_a_banner_on_every_page(acting, moderator, member):
    for address in ("/", "/browse/", "/settings/profile/", "/nowhere/"):
        page = acting.get(address)
        assert page.context["user"] == member, address
        assert "They see no films" in page.content.decode()
        assert reverse("impersonation-stop") in page.content.decode()


def test_stopping_leads_back_to_oneself(acting, moderator, member):
    borrowed = acting.session.session_key
    acting.post(reverse("impersonation-stop"))
    assert acting.get("/").context["user"] == moderator
    assert not Session.objects.filter(pk=borrowed).exists()
    assert Impersonation.objects.get().ended_at
    assert list(Activity.objects.order_by("id").values_list("action", flat=True))[-1] == "impersonation.ended"


def test_signing_out_ends_it_too(acting, moderator):
    acting.post("/accounts/logout/")
    assert acting.get("/").context["user"] == moderator


def test_sockets_see_whom_the_pages_see(acting, member, moderator):
    key = acting.session.session_key
    assert fresh_person(key) == member
    acting.post(reverse("impersonation-stop"))
    assert not fresh_person(key).is_authenticated


def test_every_change_names_both(acting, member, moderator):
    acting.post("/settings/privacy/", {"profile_seen_by": "nobody"}, headers={"User-Agent": "tests"})
    lines = Activity.objects.filter(action__in=["profile.changed", "impersonation.request"])
    assert len(lines) == 2
    for line in lines:
        assert (line.actor_id, line.through_id) == (member.pk, moderator.pk)
        assert line.through_name == "maren"
    asked = lines.get(action="impersonation.request")
    assert asked.details == {"method": "POST", "path": "/settings/privacy/"}
    acting.post(reverse("impersonation-stop"))
    acting.post("/settings/privacy/", {"profile_seen_by": "members"})
    assert Activity.objects.filter(actor_id=moderator.pk, action="profile.changed", through_id=None).count() == 1


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/accounts/password/change/"),
        ("post", "/accounts/password/change/"),
        ("get", "/accounts/email/"),
        ("post", "/accounts/email/"),
        ("get", "/accounts/2fa/"),
        ("get", "/accounts/3rdparty/"),
        ("get", "/settings/sessions/"),
        ("post", "/settings/sessions/others/end/"),
        ("get", "/settings/tokens/"),
        ("post", "/settings/tokens/"),
        ("post", "/settings/account/"),
        ("get", "/settings/data/"),
        ("post", "/settings/data/export/"),
        ("post", "/settings/data/leave/"),
        ("get", "/settings/data/leave/"),
        ("get", "/admin/"),
        ("get", "/api/v1/tokens/"),
        ("post", "/api/v1/tokens/"),
        ("delete", "/api/v1/tokens/01a1fa92-4c1d-772a-9648-450859e81660/"),
    ],
)
def test_what_is_a_persons_own_stays_closed(acting, member, method, address):
    answer = getattr(acting, method)(address, {"name": "x", "scopes": ["read"]})
    assert answer.status_code == 403, answer.content[:300]
    assert not member.tokens.exists()
    assert "Only this person may do that" in answer.content.decode()


def test_a_copy_of_the_data_stays_closed(acting, member):
    answer = acting.get("/settings/data/01a1fa92-4c1d-772a-9648-450859e81660/")
    assert answer.status_code == 404


def test_it_needs_a_reason(client, moderator, member):
    client.force_login(moderator)
    begin(client, member, reason="  ")
    assert client.get("/").context["user"] == moderator
    assert not Impersonation.objects.exists()
    assert Session.objects.count() == 1


@pytest.mark.parametrize("role", [Role.OWNER, Role.TEAM])
def test_nobody_becomes_somebody_who_may_do_as_much(client, moderator, role):
    other = make_person("other", role)
    client.force_login(moderator)
    assert begin(client, other).status_code == 403
    assert client.get("/").context["user"] == moderator


def test_owners_become_no_superuser_and_members_nobody(client, member, stranger):
    boss = make_person("boss", Role.OWNER)
    root = make_person("root", Role.MEMBER, is_superuser=True)
    client.force_login(boss)
    assert begin(client, root).status_code == 403
    client.force_login(member)
    assert begin(client, stranger).status_code == 403
    assert not Impersonation.objects.exists()


def test_nobody_becomes_somebody_else_from_within(acting, stranger, member):
    assert begin(acting, stranger).status_code == 403
    assert acting.get("/").context["user"] == member


def test_it_is_over_after_an_hour(acting, moderator):
    Impersonation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    answer = acting.get("/browse/")
    assert answer.status_code == 302
    assert acting.get("/").context["user"] == moderator
    row = Impersonation.objects.get()
    assert row.ended_at


def test_its_sign_in_ends_with_the_hour_by_itself(acting):
    row = Impersonation.objects.get()
    session = Session.objects.get(pk=acting.session.session_key)
    assert abs(session.expire_date - row.ends_at) < timedelta(seconds=2)
    assert row.ends_at - timezone.now() <= timedelta(hours=1)


def test_it_ends_at_once_where_the_rights_of_one_of_them_change(acting, moderator, member):
    boss = make_person("boss", Role.OWNER)
    key = acting.session.session_key
    change_role(person_id=moderator.pk, role=Role.MEMBER, by=boss)
    assert not fresh_person(key).is_authenticated
    assert acting.get("/").context["user"].is_anonymous


def test_it_ends_where_whoever_acts_is_disabled(acting, moderator):
    boss = make_person("boss", Role.OWNER)
    disable(person_id=moderator.pk, reason="left", by=boss)
    assert acting.get("/").context["user"].is_anonymous


def test_the_person_sees_that_it_happened(client, acting, member):
    acting.post(reverse("impersonation-stop"))
    client.force_login(member)
    page = client.get("/settings/security/").content.decode()
    assert "Seen as somebody else" in page
    assert "By those who run this site" in page


def test_last_login_is_not_touched(acting, member):
    assert User.objects.get(pk=member.pk).last_login is None


def test_its_sign_in_is_no_token_of_an_app(acting, member):
    """A browser's session, sent as an app sends its own, would open what is closed in somebody else's name."""
    stranger_to_cookies = APIClient(headers={"X-Session-Token": acting.session.session_key})
    made = stranger_to_cookies.post("/api/v1/tokens/", {"name": "kept", "scopes": ["read"]}, format="json")
    assert made.status_code == 401
    assert not member.tokens.exists()
    for path in ("/_allauth/app/v1/account/email", "/_allauth/app/v1/auth/session", "/_allauth/app/v1/auth/sessions"):
        assert stranger_to_cookies.get(path).status_code in {401, 410}, path
