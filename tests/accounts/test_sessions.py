"""Where one is signed in: the list, signing out elsewhere, and what open sockets make of it."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from apps.accounts.middleware import LastSeenMiddleware
from apps.accounts.models import Activity
from tests.accounts.signing_in import PASSWORD, enter
from tests.serving import serving

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


def laptop() -> Client:
    return Client(headers={"User-Agent": FIREFOX})


def phone() -> Client:
    return Client(headers={"User-Agent": IPHONE}, REMOTE_ADDR="203.0.113.9")


@pytest.mark.django_db
class TestList:
    def test_it_says_device_place_and_which_one_asks(self, member):
        here, there = laptop(), phone()
        enter(here, member)
        enter(there, member)
        page = here.get("/settings/sessions/").content.decode()
        assert "Firefox on Linux" in page
        assert "Safari on iPhone" in page
        assert "203.0.113.9" in page
        assert page.count("This one") == 1
        for row in UserSession.objects.all():
            assert row.session_key not in page

    def test_it_costs_the_same_for_many(self, member):
        here = laptop()
        enter(here, member)
        with CaptureQueriesContext(connection) as alone:
            here.get("/settings/sessions/")
        for _ in range(20):
            enter(phone(), member)
        with CaptureQueriesContext(connection) as among_many:
            page = here.get("/settings/sessions/").content.decode()
        assert len(among_many) == len(alone) <= 6
        assert page.count("Safari on iPhone</strong>") == 20

    def test_one_is_signed_out(self, member):
        here, there = laptop(), phone()
        enter(here, member)
        enter(there, member)
        row = UserSession.objects.get(session_key=there.session.session_key)
        assert here.post(f"/settings/sessions/{row.pk}/end/").status_code == 302
        assert there.get("/settings/sessions/").status_code == 302
        assert here.get("/settings/sessions/").status_code == 200

    def test_all_others_are_signed_out(self, member):
        here, there = laptop(), phone()
        enter(here, member)
        enter(there, member)
        here.post("/settings/sessions/others/end/")
        assert there.get("/settings/sessions/").status_code == 302
        assert here.get("/settings/sessions/").status_code == 200

    def test_nobody_ends_anothers_session(self, member, stranger):
        here, other = laptop(), phone()
        enter(here, member)
        enter(other, stranger)
        row = UserSession.objects.get(user=member)
        assert other.post(f"/settings/sessions/{row.pk}/end/").status_code == 404
        assert other.get(f"/settings/sessions/{row.pk}/end/").status_code == 405
        other.post("/settings/sessions/others/end/")
        assert here.get("/settings/sessions/").status_code == 200
        assert Client().post("/settings/sessions/others/end/").status_code == 302

    def test_a_new_password_ends_all_others(self, member):
        here, there = laptop(), phone()
        enter(here, member)
        enter(there, member)
        new = {"oldpassword": PASSWORD, "password1": "a new fine horse", "password2": "a new fine horse"}
        here.post("/accounts/password/change/", new)
        assert there.get("/settings/sessions/").status_code == 302
        assert here.get("/settings/sessions/").status_code == 200
        assert Activity.objects.filter(action="password.changed", actor_id=member.pk).exists()

    def test_last_seen_moves_on_but_not_at_every_page(self, member, monkeypatch, rf):
        here = laptop()
        enter(here, member)
        row = UserSession.objects.get()
        here.get("/settings/sessions/")
        here.get("/settings/sessions/")
        assert UserSession.objects.get().last_seen_at == row.last_seen_at
        monkeypatch.setattr("apps.accounts.middleware._NOTED_EVERY_S", -1)
        here.get("/settings/sessions/")
        assert UserSession.objects.get().last_seen_at > row.last_seen_at

    def test_it_remembers_only_so_many(self, monkeypatch):
        monkeypatch.setattr("apps.accounts.middleware._MOST_REMEMBERED", 3)
        monkeypatch.setattr("apps.accounts.middleware._NOTED_EVERY_S", -1)
        seen = LastSeenMiddleware(lambda request: None)
        for key in "abcdef":
            seen._is_due(key)
        assert len(seen._seen) == 3

    def test_a_unix_socket_tells_no_address_and_still_lets_people_in(self, member, client):
        answer = client.post("/accounts/login/", {"login": "mila", "password": PASSWORD}, REMOTE_ADDR="")
        assert answer.status_code == 302
        assert "Address not known" in client.get("/settings/sessions/").content.decode()

    def test_behind_a_proxy_the_visitors_address_counts(self, member, client, settings):
        settings.PROXIES = 1
        client.post(
            "/accounts/login/",
            {"login": "mila", "password": PASSWORD},
            REMOTE_ADDR="",
            headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"},
        )
        assert UserSession.objects.get().ip == "203.0.113.7"
        assert Activity.objects.get(action="sign_in.done").address == "203.0.113.7"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), serving(BANDSTAND_REALTIME_RECHECK_SECONDS="3600") as site:
        yield site


@pytest.mark.django_db(transaction=True)
class TestSockets:
    """The recheck of every minute is out of the way here: what closes a socket is the sign-out itself."""

    def closes_after(self, site, member, act) -> int:
        there = Client()
        enter(there, member)
        headers = {"Cookie": f"bandstand_session={there.cookies['bandstand_session'].value}", "Origin": site.url}
        with connect(f"{site.socket_url}/ws/", additional_headers=headers) as socket:
            socket.send('{"op": "follow", "topic": "me"}')
            assert '"following"' in socket.recv(timeout=20)
            act(there)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    socket.recv(timeout=20)
        return closed.value.rcvd.code

    def test_signing_out(self, site, member):
        assert self.closes_after(site, member, lambda there: there.post("/accounts/logout/")) == 4403

    def test_being_signed_out_elsewhere(self, site, member):
        def act(there):
            here = Client()
            enter(here, member)
            row = UserSession.objects.get(session_key=there.session.session_key)
            here.post(f"/settings/sessions/{row.pk}/end/")

        assert self.closes_after(site, member, act) == 4403

    def test_signing_all_others_out(self, site, member):
        def act(there):
            here = Client()
            enter(here, member)
            here.post("/settings/sessions/others/end/")

        assert self.closes_after(site, member, act) == 4403

    def test_a_new_password(self, site, member):
        def act(there):
            here = Client()
            enter(here, member)
            new = {"oldpassword": PASSWORD, "password1": "a new fine horse", "password2": "a new fine horse"}
            here.post("/accounts/password/change/", new)

        assert self.closes_after(site, member, act) == 4403

    def test_a_new_password_by_staff(self, site, member, moderator):
        def act(there):
            here = Client()
            moderator.is_superuser = True
            moderator.save()
            here.force_login(moderator)
            new = {"password1": "a new fine horse", "password2": "a new fine horse", "usable_password": "true"}
            assert here.post(f"/admin/accounts/user/{member.pk}/password/", new).status_code == 302

        assert self.closes_after(site, member, act) == 4403

    def test_the_one_who_signs_others_out_stays(self, site, member):
        here = Client()
        enter(here, member)
        headers = {"Cookie": f"bandstand_session={here.cookies['bandstand_session'].value}", "Origin": site.url}
        with connect(f"{site.socket_url}/ws/", additional_headers=headers) as socket:
            socket.send('{"op": "follow", "topic": "me"}')
            socket.recv(timeout=20)
            here.post("/settings/sessions/others/end/")
            socket.send('{"op": "ping"}')
            assert '"pong"' in socket.recv(timeout=20)
