"""Redis carries wake-ups and live events, nothing that could be lost: work, pages and commands go on without it.

The site's Redis is one that the test starts itself, so that it stays away for as long as the test likes. It is taken
away in two ways: ended (connections are refused) and stopped (connections hang).
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from apps.core import processes
from apps.core.embedded import redis
from tests import clips
from tests.crash.world import World
from tests.house.site import ROOT, clean_environment, password_in, wait_until

pytestmark = pytest.mark.xdist_group("without-redis")

WAYS = {"ended": signal.SIGKILL, "hanging": signal.SIGSTOP}


class Redis:
    """The site's Redis, which comes and goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        line = redis.server_command(self._folder, self.socket)
        self._process = processes.spawn(line, stdout=subprocess.DEVNULL)
        wait_until(self.socket.exists)

    def take_away(self, number: int) -> None:
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.wait()

    def bring_back(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
        else:
            self.start()

    def end(self) -> None:
        processes.signal_group(self._process, signal.SIGKILL)
        self._process.wait()


class Visitor:
    """The site's owner with a browser."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.site = f"127.0.0.1:{world.port}"
        self.client = httpx.Client(base_url=f"http://{self.site}", timeout=30, follow_redirects=True)
        self.client.get("/accounts/login/")
        form = {"login": "owner", "password": password_in(world.said)}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.client.cookies["bandstand_csrf"],
        }
        assert self.client.post("/accounts/login/", content=urlencode(form), headers=headers).status_code == 200

    def get(self, path: str) -> float:
        """Opens a page; returns how many seconds that took."""
        began = time.monotonic()
        assert self.client.get(path).status_code == 200
        return round(time.monotonic() - began, 2)

    def listen(self) -> ClientConnection:
        cookie = SimpleCookie({"bandstand_session": self.client.cookies["bandstand_session"]})
        headers = {"Cookie": cookie.output(header="", sep=";").strip().split(";")[0], "Origin": f"http://{self.site}"}
        return connect(f"ws://{self.site}/ws/", additional_headers=headers, open_timeout=30)


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Redis]:
    broker = Redis(tmp_path_factory.mktemp("r"))
    broker.start()
    yield broker
    broker.end()


@pytest.fixture(scope="module")
def world(tmp_path_factory, broker) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("without") / "var", REDIS_URL=f"unix://{broker.socket}")
    try:
        world.start()
        wait_until(lambda: world.get("/readyz")[0] == 200)
        yield world
    finally:
        broker.bring_back()
        world.remove()


@pytest.fixture(scope="module")
def visitor(world) -> Visitor:
    return Visitor(world)


@pytest.mark.parametrize("way", ["ended", pytest.param("hanging", marks=pytest.mark.soak)])
def test_without_redis_work_starts_and_pages_answer_and_events_flow_when_it_is_back(
    world, broker, visitor, way, record_property
):
    untouched = world.pids()
    with visitor.listen() as socket:
        broker.take_away(WAYS[way])
        began = time.monotonic()
        line = [sys.executable, "manage.py", "add", str(clips.clip("short")), "--wait"]
        env = clean_environment(**world.env)
        with subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as adding:
            item = adding.stdout.readline().split()[0]
            pages = {name: visitor.get(path) for name, path in _pages(world, item).items()}
            adding.stdout.read()
        added = round(time.monotonic() - began, 1)
        assert adding.returncode == 0
        first = world.jobs(item)[0]["waited"]
        broker.bring_back()
        back = _events_flow(world, socket)
    figures = {"started_s": round(first, 1), "add_wait_s": added, "events_again_s": back, "pages_s": pages}
    record_property(way, figures)
    print(f"\n{way}: {figures}")
    assert world.pids() == untouched


def _pages(world: World, item: str) -> dict[str, str]:
    slug = world.rows("SELECT slug FROM catalog_item WHERE id = %s", item)[0][0]
    return {"home": "/", "jobs": "/jobs/", "item": f"/i/{slug}-{item}/"}


def _events_flow(world: World, socket: ClientConnection) -> float:
    """Seconds until passing states, which nothing but Redis carries, come over a socket that was open all along.

    Each process tries Redis again by itself some seconds after it failed; until then a whole job may pass unseen.
    """
    began = time.monotonic()
    for _ in range(5):
        item = world.add(clips.clip("film"))
        socket.send(json.dumps({"op": "follow", "topic": f"item:{item}"}))
        if _hears_progress(socket):
            return round(time.monotonic() - began, 1)
    raise AssertionError("no live event came although Redis is back")


def _hears_progress(socket: ClientConnection) -> bool:
    try:
        while True:
            if json.loads(socket.recv(timeout=10)).get("type") == "job.progress":
                return True
    except TimeoutError:
        return False
