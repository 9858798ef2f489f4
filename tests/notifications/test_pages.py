"""The list of what somebody was told, the bell, and the settings."""

import pytest

from apps.core.models import new_id
from apps.core.realtime.models import Event
from apps.notifications.kinds import Kind, register_kind
from apps.notifications.models import Choice, Notification
from apps.notifications.services.notify import notify

pytestmark = pytest.mark.django_db
KIND = Kind("tests.plain", "Plain things")


@pytest.fixture(autouse=True)
def _kinds():
    register_kind(KIND)


def say(person, text="It rains.", **fields) -> Notification:
    return notify(person_id=person.pk, kind=KIND.name, text=text, **fields)


def test_a_visitor_is_sent_to_the_sign_in(client):
    for path in ("/notifications/", "/notifications/bell/", "/settings/notifications/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    for path in ("read/", f"{new_id()}/", f"{new_id()}/read/"):
        assert client.post(f"/notifications/{path}").headers["Location"].startswith("/accounts/login/")


def test_everybody_sees_their_own_alone(client, member, stranger):
    theirs = say(stranger, "Not for you.")
    client.force_login(member)
    assert "Not for you." not in client.get("/notifications/").content.decode()
    for path in (f"/notifications/{theirs.pk}/", f"/notifications/{theirs.pk}/read/"):
        assert client.post(path).status_code == 404
    client.post("/notifications/read/")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_newest_comes_first_and_pages_lead_on(client, member):
    for number in range(35):
        say(member, f"Number {number:02}.")
    client.force_login(member)
    first = client.get("/notifications/").content.decode()
    assert first.index("Number 34.") < first.index("Number 05.")
    assert "Number 04." not in first
    (older,) = {part.split('"')[0] for part in first.split('href="/notifications/?')[1:] if part.startswith("before=")}
    second = client.get(f"/notifications/?{older}").content.decode()
    assert "Number 04." in second
    assert "Number 05." not in second


def test_a_page_costs_the_same_however_many_there_are(client, member, django_assert_num_queries):
    client.force_login(member)
    client.get("/notifications/")
    for number in range(40):
        say(member, f"Number {number}.")
    with django_assert_num_queries(4):  # session, person, the list, the bell
        client.get("/notifications/")


def test_it_leads_on_and_is_read(client, member):
    row = say(member, url="/tiers/")
    client.force_login(member)
    assert client.post(f"/notifications/{row.pk}/").headers["Location"] == "/tiers/"
    row.refresh_from_db()
    assert row.read_at is not None


@pytest.mark.parametrize("url", ["", "//evil.example/", "/\\evil.example", "https://evil.example/"])
def test_it_leads_nowhere_else(client, member, url):
    row = say(member, url=url)
    client.force_login(member)
    assert client.post(f"/notifications/{row.pk}/").headers["Location"] == "/notifications/"


def test_all_are_read_up_to_what_was_seen(client, member):
    rows = [say(member, str(number)) for number in range(3)]
    client.force_login(member)
    client.post("/notifications/read/", {"until": rows[1].pk})
    assert [row.read_at is not None for row in Notification.objects.order_by("pk")] == [True, True, False]
    client.post("/notifications/read/")
    assert not Notification.objects.unread().exists()


def test_other_pages_hear_that_it_is_read(client, member):
    row = say(member)
    client.force_login(member)
    client.post(f"/notifications/{row.pk}/read/")
    client.post(f"/notifications/{row.pk}/read/")
    types = Event.objects.filter(topic=f"me:{member.pk}").order_by("seq").values_list("type", flat=True)
    assert list(types) == ["notification", "notification.read"]


def test_the_bell_counts_what_is_unread_on_every_page(client, member):
    client.force_login(member)
    assert 'aria-label="Notifications"' in client.get("/").content.decode()
    for _ in range(2):
        say(member)
    assert 'aria-label="Notifications, 2 unread"' in client.get("/").content.decode()
    assert 'aria-label="Notifications, 2 unread"' in client.get("/notifications/bell/").content.decode()


def test_the_bell_of_very_many_stops_counting(client, member):
    Notification.objects.bulk_create(Notification(person=member, kind=KIND.name, text="x") for _ in range(150))
    client.force_login(member)
    assert "99+" in client.get("/notifications/bell/").content.decode()


def test_a_visitor_has_no_bell(client):
    assert 'id="bell"' not in client.get("/").content.decode()


def test_a_page_whose_header_stays_does_not_count(client, member, django_assert_num_queries):
    client.force_login(member)
    client.get("/notifications/")
    with django_assert_num_queries(3):
        client.get("/notifications/", headers={"HX-Request": "true", "HX-Target": "main#main"})


def test_choosing_what_comes(client, member):
    client.force_login(member)
    assert "Plain things" in client.get("/settings/notifications/").content.decode()
    client.post("/settings/notifications/", {f"by_mail:{KIND.name}": "on"})
    row = Choice.objects.get(person=member, kind=KIND.name)
    assert (row.on_site, row.by_mail) == (False, True)


def test_one_cannot_choose_what_is_not_for_one(client, member):
    client.force_login(member)
    answer = client.patch(
        "/api/v1/notifications/choices/",
        {"kind": "payment.unmatched", "by_mail": True},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert not Choice.objects.exists()


def test_an_empty_list_says_so(client, member):
    client.force_login(member)
    assert "Nothing yet" in client.get("/notifications/").content.decode()
    assert "All is read" in client.get("/notifications/?state=unread").content.decode()
