import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from apps.accounts.enums import Role
from apps.core.realtime.hub import publish, push, recheck
from apps.core.realtime.models import Event
from apps.core.realtime.origin import is_own_origin
from apps.core.realtime.viewers import GUEST_MARK, mark_of
from tests.core.live_client import LiveClient
from tests.serving import Site, serving

pytestmark = pytest.mark.django_db(transaction=True)
APPLICATION = "tests.core.live_site:application"


@pytest.fixture(scope="module")
def running_site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), serving(application=APPLICATION) as site:
        yield site


@pytest.fixture
def site(running_site, transactional_db) -> Site:
    return running_site


def publish_many(topic: str, count: int) -> None:
    for number in range(count):
        publish(topic, "changed", ref=f"thing-{number}", version=number)


def test_a_follower_is_told_what_happens_by_id_and_version(site, member):
    with LiveClient(site, member) as client:
        assert client.follow("me") == {"op": "following", "topic": "me", "seq": 0}
        publish(f"me:{member.pk}", "notified", ref="n1", version=3)
        event = client.hear()
    at = Event.objects.get(topic=f"me:{member.pk}").at.isoformat().replace("+00:00", "Z")
    assert event == {"topic": "me", "seq": 1, "type": "notified", "id": "n1", "version": 3, "at": at}


def test_nothing_is_told_before_the_commit_or_after_a_rollback(site, member):
    with LiveClient(site, member) as client:
        client.follow("open:1")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish("open:1", "never", ref="x")
            raise ZeroDivisionError
        with transaction.atomic():
            publish("open:1", "first", ref="x")
            push("open:1", "progress", {"done": 1})
            assert client.hear() == {"topic": "open:1", "type": "progress", "done": 1}
        assert client.hear()["type"] == "first"


def test_a_socket_cut_20_times_during_1000_events_misses_none_and_shows_none_twice(site, member):
    seen: list[int] = []

    def write():
        for written in range(0, 1000, 25):
            while written - len(seen) > 300:  # whoever misses more than 500 is told to load anew
                time.sleep(0.005)
            publish_many("open:long", 25)
        connection.close()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    for cut in range(21):
        with LiveClient(site, member) as client:
            client.follow("open:long", since=seen[-1] if seen else 0)
            while len(seen) < (1000 if cut == 20 else 45 * (cut + 1)):
                message = client.hear()
                assert message.get("op") is None, message
                seen.append(message["seq"])
            if cut < 20:
                client.socket.socket.shutdown(socket.SHUT_RDWR)
    writer.join()
    assert seen == list(range(1, 1001))


def test_two_writers_on_one_topic_are_told_in_order_without_a_gap(site, member):
    writers = [threading.Thread(target=lambda: (publish_many("open:both", 100), connection.close())) for _ in range(3)]
    with LiveClient(site, member) as client:
        client.follow("open:both")
        for writer in writers:
            writer.start()
        assert [client.hear()["seq"] for _ in range(300)] == list(range(1, 301))
    for writer in writers:
        writer.join()


def test_who_missed_too_much_or_what_is_gone_is_told_to_load_anew(site, member):
    publish_many("open:far", 510)
    publish_many("open:purged", 30)
    Event.objects.filter(topic="open:purged", seq__lte=20).delete()
    with LiveClient(site, member) as client:
        client.follow("open:far", since=3)
        assert client.hear() == {"op": "resync", "topic": "open:far", "seq": 510}
        client.follow("open:purged", since=5)
        assert client.hear() == {"op": "resync", "topic": "open:purged", "seq": 30}
        client.follow("open:new", since=99)
        assert client.hear() == {"op": "resync", "topic": "open:new", "seq": 0}
        publish("open:purged", "changed", ref="x")
        assert client.hear()["seq"] == 31


def test_who_may_not_follow_is_refused(site, member, stranger, moderator):
    with LiveClient(site, stranger) as client:
        refused = [client.follow(topic) for topic in ("staff:1", f"me:{member.pk}", "nothing:1", "open:a b", "")]
        assert [(answer["op"], answer["code"]) for answer in refused] == [
            ("refused", "not_allowed"),
            ("refused", "not_allowed"),
            ("refused", "unknown"),
            ("refused", "unknown"),
            ("refused", "unknown"),
        ]
        assert client.follow(f"authz:{stranger.pk}")["code"] == "unknown"
        publish("staff:1", "changed", ref="x")
        push("staff:1", "progress", {})
        publish("open:2", "changed", ref="x")
        assert client.follow("open:2", since=0)["op"] == "following"
        assert client.hear()["topic"] == "open:2"
    with LiveClient(site, moderator) as client:
        assert client.follow("staff:1", since=0)["op"] == "following"
        assert client.hear()["topic"] == "staff:1"


def test_a_visitor_has_no_me_and_hears_what_is_open(site):
    with LiveClient(site) as client:
        assert client.follow("me") == {"op": "refused", "topic": "me", "code": "sign_in"}
        assert client.follow("open:1")["op"] == "following"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "file://127.0.0.1:1", None])
def test_asvs_4_4_2_another_origin_is_refused(site, member, origin):
    headers = {"Cookie": site.cookies_of(member)["Cookie"]} | ({"Origin": origin} if origin else {})
    with pytest.raises(InvalidStatus) as refusal, connect(site.socket_url + "/ws/", additional_headers=headers):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("address", ["/", "/ws", "/ws/more/", "/events/"])
def test_there_is_one_address_for_sockets_and_the_others_are_refused(site, address):
    with pytest.raises(InvalidStatus) as refusal, connect(site.socket_url + address, origin=site.url):
        pass
    assert refusal.value.response.status_code == 403


def test_a_trusted_origin_and_the_host_itself_may_open_sockets(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://site.example"]
    assert is_own_origin("https://site.example", "inner:8000")
    assert is_own_origin("https://Inner:8000", "inner:8000")
    assert not is_own_origin("https://inner", "inner:8000")
    settings.ALLOWED_HOSTS = ["other"]
    assert not is_own_origin("https://inner:8000", "inner:8000")


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"op": "follow"}',
        '{"op": ["follow"]}',
        '{"op": "follow", "topic": "open:1", "since": "x"}',
        '{"op": "follow", "topic": "open:1", "since": -1}',
        "x" * 5000,
        "[" * 4000,
        b"bytes",
    ],
)
def test_what_is_not_in_the_protocol_closes_the_socket(site, text):
    with LiveClient(site) as client:
        client.socket.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            client.hear()
    assert closed.value.rcvd.code == 4400


def test_too_many_messages_close_the_socket(site):
    with LiveClient(site) as client, pytest.raises(ConnectionClosed) as closed:
        for _ in range(2000):
            client.say(op="ping")
        while True:
            client.hear()
    assert closed.value.rcvd.code == 4429


def test_ping_is_answered_and_an_unfollowed_topic_is_silent(site):
    with LiveClient(site) as client:
        client.follow("open:1")
        client.follow("open:2")
        client.say(op="unfollow", topic="open:1")
        client.say(op="ping")
        assert client.hear()["op"] == "pong"
        publish("open:1", "changed", ref="x")
        publish("open:2", "changed", ref="x")
        assert client.hear()["topic"] == "open:2"


def test_a_lost_role_ends_what_it_opened_at_once(site, moderator):
    with LiveClient(site, moderator) as client:
        client.follow("staff:1")
        client.follow("open:1")
        type(moderator).objects.filter(pk=moderator.pk).update(role=Role.MEMBER)
        recheck(moderator.pk)
        assert client.hear() == {"op": "refused", "topic": "staff:1", "code": "not_allowed"}
        publish("staff:1", "secret", ref="x")
        publish("open:1", "changed", ref="x")
        assert client.hear()["topic"] == "open:1"


def test_a_disabled_person_is_signed_out_of_the_socket(site, member):
    with LiveClient(site, member) as client:
        client.follow("me")
        type(member).objects.filter(pk=member.pk).update(is_active=False)
        recheck(member.pk)
        with pytest.raises(ConnectionClosed) as closed:
            client.hear()
    assert closed.value.rcvd.code == 4403


def test_300_sockets_that_come_at_once_are_all_told(site, member):
    address, headers = site.socket_url + "/ws/", site.cookies_of(member)
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(connect(address, additional_headers=headers, open_timeout=60, ping_interval=None))
            for _ in range(300)
        ]
        for one in sockets:
            one.send('{"op": "follow", "topic": "me"}')
        assert {json.loads(one.recv(timeout=60))["op"] for one in sockets} == {"following"}
        publish_many(f"me:{member.pk}", 20)
        for one in sockets:
            assert [json.loads(one.recv(timeout=60))["seq"] for _ in range(20)] == list(range(1, 21))
            one.socket.close()


def _opened_for(site: Site, person, mark: str) -> int:
    """With which code the server closes a line that a page of `mark` opens in this person's browser; 0 for none."""
    headers = site.cookies_of(person) if person else {"Origin": site.url}
    with connect(f"{site.socket_url}/ws/?line={mark}", additional_headers=headers, open_timeout=60) as client:
        try:
            client.send(json.dumps({"op": "follow", "topic": "open:1", "since": None}))
            assert json.loads(client.recv(timeout=60))["op"] == "following"
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else -1
    return 0


def test_a_page_of_an_earlier_sign_in_gets_no_line_of_the_next(site, member, stranger):
    cookies = site.cookies_of(member)
    key = cookies["Cookie"].partition("=")[2]
    url = f"{site.socket_url}/ws/?line={mark_of(member, key)}"
    with connect(url, additional_headers=cookies, open_timeout=60) as client:
        client.send(json.dumps({"op": "follow", "topic": "me", "since": None}))
        assert json.loads(client.recv(timeout=60)) == {"op": "following", "topic": "me", "seq": 0}
    for person, mark in ((stranger, mark_of(member, key)), (member, mark_of(member, key)), (member, GUEST_MARK)):
        assert _opened_for(site, person, mark) == 4403
    assert _opened_for(site, None, mark_of(member, key)) == 4403
    assert _opened_for(site, None, GUEST_MARK) == 0
