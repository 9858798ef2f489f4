"""People in the studio: found, looked at, disabled at once everywhere, given roles; and what nobody may."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.enums import Role
from apps.accounts.models import Activity, User
from apps.accounts.services.people import disable, enable
from apps.accounts.services.tokens import create_token
from apps.core.realtime.models import Event
from apps.core.realtime.viewers import SignedOut, Viewer, fresh_person, look_again
from apps.memberships.models import Standing, Tier
from apps.streaming import gate
from apps.streaming.models import PlaybackSession
from tests.conftest import make_person
from tests.counting import analyze, rows_read
from tests.streaming.making import make_stream

LIST = "/studio/people/"


def names(answer):
    return [person.username for person in answer.context["page"].people]


def test_staff_find_people_by_how_a_name_or_an_address_begins(client, moderator, member, stranger):
    User.objects.filter(pk=stranger.pk).update(display_name="Svenja K")
    client.force_login(moderator)
    assert names(client.get(LIST)) == ["sven", "mila", "maren"]
    for text, found in {
        "MI": ["mila"],
        "@mi": ["mila"],
        "mila@exa": ["mila"],
        "svenja": ["sven"],
        "m": ["mila", "maren"],
        "zz": [],
        "%": [],
        "_ila": [],
    }.items():
        assert names(client.get(LIST, {"q": text})) == found, text


def test_filters_may_be_repeated_and_unknown_ones_find_nobody(client, moderator, member, owner):
    tier = Tier.objects.create(title="Gold", slug="gold", rank=1)
    Standing.objects.create(person=member, tiers=[tier.pk])
    disable(person_id=owner.pk, reason="spam", by=moderator)
    client.force_login(moderator)
    for query, found in {
        "role=member&role=creator": ["olive", "mila"],
        "state=disabled": ["olive"],
        "state=active&role=team": ["maren"],
        "tier=gold": ["mila"],
        "tier=none&state=active": ["maren"],
        "role=king": [],
        "state=flying": [],
        "tier=lead": [],
    }.items():
        assert set(names(client.get(f"{LIST}?{query}"))) == set(found), query


def test_the_list_is_a_page_at_a_time_at_a_bounded_cost(client, moderator):
    User.objects.bulk_create(
        User(username=f"fan{number:05}", email=f"fan{number}@example.org") for number in range(3000)
    )
    analyze("accounts_user")
    client.force_login(moderator)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = client.get(LIST)
    assert len(names(first)) == 50
    assert len(queries) <= 6
    second = client.get(LIST + first.context["page"].next_address)
    assert not set(names(first)) & set(names(second))
    before = rows_read("accounts_user")
    client.get(LIST, {"q": "fan00017"})
    assert rows_read("accounts_user") - before < 20


@pytest.mark.parametrize("who", ["visitor", "member", "owner"])
def test_nobody_else_gets_in(client, who, request, member):
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))
    expected = 302 if who == "visitor" else 403
    for name in ("studio-people", "studio-activity", "studio-activity-table"):
        assert client.get(reverse(name)).status_code == expected, name
    assert client.get(reverse("studio-person", args=[member.pk])).status_code == expected
    for name in ("role", "name", "disable", "enable", "revoke", "impersonate"):
        answer = client.post(reverse(f"studio-person-{name}", args=[member.pk]), {"reason": "x", "role": "owner"})
        assert answer.status_code == expected, name
    member.refresh_from_db()
    assert (member.role, member.is_active) == (Role.MEMBER, True)


def test_disabling_ends_sign_ins_sockets_tokens_and_playback(client, moderator, member, owner, tmp_path, settings):
    item = make_stream(owner).item
    _, secret = create_token(owner=member, name="script", scopes=["read", "play"])
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    theirs = Client()
    theirs.force_login(member)
    playing = theirs.post(f"/api/v1/items/{item.pk}/playback/").json()
    socket = Viewer(fresh_person(theirs.session.session_key), theirs.session.session_key)
    assert api.get("/api/v1/me/").status_code == 200
    client.force_login(moderator)
    client.post(reverse("studio-person-disable", args=[member.pk]), {"reason": "They sold their password"})
    assert theirs.get("/settings/profile/").status_code == 302
    assert api.get("/api/v1/me/").status_code == 401
    with pytest.raises(SignedOut):
        look_again(socket, [])
    assert Event.objects.filter(topic=f"authz:{member.pk}").exists()
    assert not PlaybackSession.objects.live(timezone.now()).filter(person=member).exists()
    gate.forget_all()
    assert theirs.get(playing["master_url"]).status_code == 403
    login = {"login": "mila", "password": "correct horse"}
    assert not get_user(_with_session(client_after(login))).is_authenticated
    member.refresh_from_db()
    assert member.disabled_reason == "They sold their password"
    line = Activity.objects.get(action="person.disabled")
    assert (line.actor_name, line.subject_name, line.details["reason"]) == ("maren", "mila", member.disabled_reason)


def client_after(login) -> Client:
    client = Client()
    client.post("/accounts/login/", login)
    return client


def _with_session(client):
    class Request:
        session = client.session

    return Request()


def test_what_was_signed_in_before_stays_out_after_enabling(client, moderator, member):
    theirs = Client()
    theirs.force_login(member)
    disable(person_id=member.pk, reason="a mistake", by=moderator)
    enable(person_id=member.pk, reason="it was one", by=moderator)
    assert theirs.get("/settings/profile/").status_code == 302
    assert client.login(username="mila", password="correct horse")


def test_disabling_needs_a_reason_and_reaches_no_equal(client, moderator, member):
    other = make_person("other", Role.TEAM)
    client.force_login(moderator)
    for reason in ("", " ", "x" * 301, "a\x07b"):
        client.post(reverse("studio-person-disable", args=[member.pk]), {"reason": reason})
        member.refresh_from_db()
        assert member.is_active
    for person in (other, moderator):
        answer = client.post(reverse("studio-person-disable", args=[person.pk]), {"reason": "because"})
        assert answer.status_code == 403


def test_a_page_offers_what_may_be_done_and_nothing_else(client, moderator, member):
    boss = make_person("boss", Role.OWNER)
    client.force_login(moderator)
    sheet = client.get(reverse("studio-person", args=[member.pk])).context["sheet"]
    assert [role for role, _ in sheet.roles] == ["creator", "member", "guest"]
    page = client.get(reverse("studio-person", args=[boss.pk]))
    assert page.context["sheet"].roles == []
    for word in ("impersonate/", "disable/", "role/"):
        assert word not in page.content.decode()


def test_a_persons_page_costs_the_same_whatever_they_have(client, moderator, member):
    client.force_login(moderator)
    address = reverse("studio-person", args=[member.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(20):
        create_token(owner=member, name=str(number), scopes=["read"])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_api_does_the_same(moderator, member, owner):
    client = APIClient()
    client.force_login(moderator)
    found = client.get("/api/v1/people/", {"q": "mil", "role": ["member", "guest"]}).json()["results"]
    assert [person["username"] for person in found] == ["mila"]
    assert client.get("/api/v1/people/", {"state": "flying"}).json()["results"] == []
    address = f"/api/v1/people/{member.pk}/"
    assert client.patch(address, {"role": "owner"}, format="json").status_code == 403
    assert client.patch(address, {"role": "guest", "display_name": "M"}, format="json").json()["role"] == "guest"
    assert client.patch(address, {"username": "x", "is_superuser": True}, format="json").status_code == 200
    member.refresh_from_db()
    assert (member.username, member.is_superuser, member.display_name) == ("mila", False, "M")
    assert client.post(f"{address}disable/", {}, format="json").status_code == 400
    assert client.post(f"{address}disable/", {"reason": "spam"}, format="json").json()["active"] is False
    assert client.post(f"{address}enable/", {"reason": "no spam"}, format="json").json()["active"] is True


def test_half_a_change_is_none(moderator, member):
    client = APIClient()
    client.force_login(moderator)
    sent = {"role": "creator", "display_name": "a\u202eb"}
    assert client.patch(f"/api/v1/people/{member.pk}/", sent, format="json").status_code == 400
    member.refresh_from_db()
    assert member.role == Role.MEMBER


def test_leaving_people_are_shown_as_such(client, moderator, member):
    User.objects.filter(pk=member.pk).update(leaving_at=timezone.now() + timedelta(days=3))
    client.force_login(moderator)
    assert names(client.get(LIST, {"state": "leaving"})) == ["mila"]
    assert "Leaves on" in client.get(reverse("studio-person", args=[member.pk])).content.decode()
