"""What must hold when Redis is away, a client does not read, or the server is killed."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed

from apps.core.embedded import redis as embedded_redis
from apps.core.embedded.temporary import wait_for_socket
from apps.core.realtime import wire
from apps.core.realtime.hub import publish, push
from tests.core.live_client import LiveClient
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)
APPLICATION = "tests.core.live_site:application"


class PrivateRedis:
    """A Redis of this test alone, so that it can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def start(self) -> None:
        line = embedded_redis.server_command(self.folder, self.path)
        self.process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_socket(self.path, self.process)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def private_redis(tmp_path, settings, monkeypatch) -> Iterator[PrivateRedis]:
    redis = PrivateRedis(tmp_path)
    redis.start()
    settings.REDIS_URL = redis.url
    monkeypatch.setattr(wire, "breaker", wire.Breaker("test", pause_seconds=0.2))
    yield redis
    redis.kill()


def test_events_arrive_without_redis_and_flow_again_when_it_is_back(private_redis, member):
    with serving(application=APPLICATION, BANDSTAND_REALTIME_CATCH_UP_SECONDS="1") as site:  # noqa: SIM117
        with LiveClient(site, member) as client:
            client.follow("open:1")
            publish("open:1", "before", ref="x")
            assert client.hear()["type"] == "before"
            private_redis.kill()
            publish("open:1", "during", ref="x")
            push("open:1", "progress", {"done": 1})
            assert client.hear()["type"] == "during"
            with LiveClient(site, member) as late:
                assert late.follow("open:1", since=1)["seq"] == 2
                assert late.hear()["type"] == "during"
            private_redis.start()
            passing = None
            while passing is None:
                wire.breaker.succeeded()
                push("open:1", "progress", {"done": 2})
                try:
                    passing = client.hear(0.2)
                except TimeoutError:
                    continue
            assert passing["type"] == "progress"
            publish("open:1", "after", ref="x")
            heard = client.hear()
            while heard["type"] == "progress":
                heard = client.hear()
            assert (heard["seq"], heard["type"]) == (3, "after")
    assert wire.breaker.outages == 1


def test_a_killed_server_is_made_up_for(member):
    with serving(application=APPLICATION) as site:
        with LiveClient(site, member) as client:
            client.follow("open:1")
            publish("open:1", "first", ref="x")
            assert client.hear()["seq"] == 1
            site.kill()
            publish("open:1", "second", ref="x")
            with pytest.raises(ConnectionClosed):
                client.hear()
        site.start()
        with LiveClient(site, member) as client:
            client.follow("open:1", since=1)
            assert client.hear()["type"] == "second"


def test_a_slow_reader_is_closed_with_4408_and_recovers_by_replay(member):
    with serving(application=APPLICATION, BANDSTAND_REALTIME_OUTBOX="50") as site:
        tight = socket.socket()
        tight.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        tight.connect(("127.0.0.1", site.port))
        with LiveClient(site, member, sock=tight, max_queue=1, ping_interval=None) as client:
            client.follow("open:1")
            for number in range(200):
                push("open:1", f"large-{number}", {"filler": "x" * 50_000})
            for number in range(200):
                publish("open:1", "changed", ref="x", version=number)
            heard = []
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    heard.append(client.hear())
        assert closed.value.rcvd.code == 4408
        seen = [message["seq"] for message in heard if "seq" in message]
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) < 200
        with LiveClient(site, member) as client:
            client.follow("open:1", since=len(seen))
            assert [client.hear()["seq"] for _ in range(200 - len(seen))] == list(range(len(seen) + 1, 201))


def test_of_passing_states_a_client_that_was_busy_gets_the_latest(member):
    with serving(application=APPLICATION) as site:
        tight = socket.socket()
        tight.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        tight.connect(("127.0.0.1", site.port))
        with LiveClient(site, member, sock=tight, max_queue=1, ping_interval=None) as client:
            client.follow("open:1")
            for number in range(400):
                push("open:1", "progress", {"done": number, "filler": "x" * 50_000})
            publish("open:1", "end", ref="x")
            done = []
            while (message := client.hear())["type"] != "end":
                done.append(message["done"])
            if done[-1] != 399:
                done.append(client.hear()["done"])
        assert done == sorted(done)
        assert done[-1] == 399
        assert len(done) < 400


def test_a_socket_says_goodbye_at_the_end_of_its_lifetime(member):
    with serving(
        application=APPLICATION, BANDSTAND_REALTIME_LIFETIME_SECONDS="1", BANDSTAND_REALTIME_HEARTBEAT_SECONDS="1"
    ) as site:
        with LiveClient(site, member) as client, pytest.raises(ConnectionClosed) as closed:
            client.follow("me")
            client.hear()
        assert closed.value.rcvd.code == 4000


def test_a_session_that_ends_elsewhere_closes_its_socket(member):

    with serving(
        application=APPLICATION, BANDSTAND_REALTIME_RECHECK_SECONDS="1", BANDSTAND_REALTIME_HEARTBEAT_SECONDS="1"
    ) as site:
        with LiveClient(site, member) as client, pytest.raises(ConnectionClosed) as closed:
            client.follow("me")
            Session.objects.all().delete()
            client.hear()
        assert closed.value.rcvd.code == 4403
