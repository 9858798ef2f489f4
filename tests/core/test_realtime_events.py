"""The same hub as server-sent events."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from django.conf import settings

from apps.core.realtime import wire
from apps.core.realtime.hub import publish, push, recheck
from apps.core.realtime.models import Event
from apps.core.realtime.views import read_places
from tests.core.live_client import LiveClient
from tests.serving import Site, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def running_site(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        serving(
            application="tests.core.live_site:application",
            BANDSTAND_DATABASE_POOL_SIZE="4",
            BANDSTAND_REALTIME_HEARTBEAT_SECONDS="1",
        ) as site,
    ):
        yield site


@pytest.fixture
def site(running_site, transactional_db) -> Site:
    return running_site


class Stream:
    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.iter_lines()
        self.last_id = ""

    def hear(self) -> dict:
        for line in self.lines:
            if line.startswith("id: "):
                self.last_id = line[4:]
            if line.startswith("data: "):
                return json.loads(line[6:])
        raise EOFError

    def hear_comment(self) -> str:
        return next(line for line in self.lines if line.startswith(":"))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, wire._client(settings.REDIS_URL).pubsub_numsub(wire.channel())
        time.sleep(0.05)


@contextmanager
def listening(site: Site, person: object, *topics: str, **headers: str) -> Iterator[Stream]:
    known = site.cookies_of(person) if person else {}
    with httpx.stream(
        "GET", site.url + "/events/", params={"topic": topics}, headers={**known, **headers}, timeout=60
    ) as response:
        yield Stream(response)


def test_events_and_passing_states_arrive_as_on_the_socket(site, member):
    with listening(site, member, "me", "open:1") as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        assert stream.response.headers["x-accel-buffering"] == "no"
        assert stream.response.headers["cache-control"] == "no-store"
        assert stream.hear() == {"op": "following", "topic": "me", "seq": 0}
        assert stream.hear() == {"op": "following", "topic": "open:1", "seq": 0}
        publish(f"me:{member.pk}", "notified", ref="n1", version=2)
        event = stream.hear()
        assert (event["topic"], event["seq"], event["id"], event["version"]) == ("me", 1, "n1", 2)
        push("open:1", "progress", {"done": 5})
        assert stream.hear() == {"topic": "open:1", "type": "progress", "done": 5}


def test_a_stream_cut_again_and_again_misses_none_and_shows_none_twice(site, member):
    for number in range(100):
        publish(f"open:{number % 2}", "changed", ref=number)
    seen: dict[str, list[int]] = {"open:0": [], "open:1": []}
    last_id = "open:0=0&open:1=0"
    for _ in range(20):
        with listening(site, member, "open:0", "open:1", **{"Last-Event-ID": last_id}) as stream:
            count = 0
            while count < 5:
                message = stream.hear()
                if "op" not in message:
                    seen[message["topic"]].append(message["seq"])
                    count += 1
            last_id = stream.last_id
    assert seen == {"open:0": list(range(1, 51)), "open:1": list(range(1, 51))}


def test_a_quiet_stream_says_that_it_is_there(site, member):
    with listening(site, member, "open:1") as stream:
        assert stream.hear_comment() == ": still here"


def test_who_may_not_follow_is_refused(site, stranger, member):
    with listening(site, stranger, "staff:1", f"me:{member.pk}", "nothing:1") as stream:
        assert [stream.hear()["code"] for _ in range(3)] == ["not_allowed", "not_allowed", "unknown"]
    with listening(site, None, "me") as stream:
        assert stream.hear()["code"] == "sign_in"


def test_too_much_missed_says_load_anew(site, member):
    publish("open:1", "changed", ref="x")
    publish("open:1", "changed", ref="x")
    Event.objects.filter(seq=1).delete()
    with listening(site, member, "open:1", **{"Last-Event-ID": "open:1=0"}) as stream:
        assert stream.hear()["op"] == "following"
        assert stream.hear() == {"op": "resync", "topic": "open:1", "seq": 2}
        assert stream.last_id == "open%3A1=2"


def test_a_disabled_person_hears_no_more(site, member):
    with listening(site, member, "me") as stream:
        stream.hear()
        type(member).objects.filter(pk=member.pk).update(is_active=False)
        recheck(member.pk)
        publish(f"me:{member.pk}", "secret", ref="x")
        heard = []
        with pytest.raises(EOFError):
            while True:
                heard.append(stream.hear())
    assert heard == [{"op": "signed_out"}]


def test_open_streams_keep_no_database_connection(site, member):
    with ExitStack() as stack:
        streams = [stack.enter_context(listening(site, member, "me")) for _ in range(12)]
        assert {stream.hear()["op"] for stream in streams} == {"following"}
        publish(f"me:{member.pk}", "notified", ref="x")
        assert {stream.hear()["seq"] for stream in streams} == {1}
        assert httpx.get(site.url + "/events/", headers=site.cookies_of(member), timeout=60).status_code == 400


def test_streams_and_sockets_that_are_gone_leave_nothing_behind(site, member):
    redis = wire._client(settings.REDIS_URL)
    with listening(site, member, "me", "open:1") as stream, LiveClient(site, member) as client:
        stream.hear()
        client.follow("me")
        wait_for(lambda: redis.pubsub_numsub(wire.channel())[0][1] == 1)
    wait_for(lambda: redis.pubsub_numsub(wire.channel())[0][1] == 0)


def test_a_request_that_names_no_topic_is_told_so(site):
    response = httpx.get(site.url + "/events/", timeout=60)
    assert response.status_code == 400
    assert response.json() == {"error": {"code": "invalid", "message": "Name between 1 and 50 topics."}}


@pytest.mark.parametrize(
    ("text", "places"),
    [("", {}), ("job%3A1=5&me=3", {"job:1": 5, "me": 3}), ("a=x&b=-1&c=²&d=9" + "9" * 30 + "&e", {}), ("=1", {"": 1})],
)
def test_a_last_event_id_that_does_not_fit_is_left_out(text, places):
    assert read_places(text) == places


def test_a_page_of_an_earlier_sign_in_is_told_that_it_is_over(site, member):
    answer = httpx.get(f"{site.url}/events/?topic=me&line=0123", headers=site.cookies_of(member), timeout=60)
    assert 'data: {"op":"signed_out"}' in answer.text
