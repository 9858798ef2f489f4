"""Kill -9 in every stage of a publication, of each part on its own: the work goes on, nothing is done twice or left behind.

One film is killed in all its stages in turn. The short form runs with a lease of a few seconds; `make soak` runs all
rounds, and the real lease. Figures are in docs/crashes.md.
"""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash import stages
from tests.crash.clocks import worker_with_clock
from tests.crash.reaper import WITHIN_S, Reaper
from tests.crash.stand import Stand, stand, until_done
from tests.crash.viewer import Viewer
from tests.crash.world import Process, World, kill
from tests.house.site import wait_until

pytestmark = pytest.mark.xdist_group("crash")

# (stage, victim). A job has four attempts: none is killed more than twice.
ROUNDS = {
    "short": (
        ("lead", "worker"),
        ("sound", "child"),
        ("first chunk", "redis"),
        ("chunk", "ffmpeg"),
        ("commit", "child"),
        ("publish", "supervisor"),
        ("storyboard", "child"),
    ),
    "second": (
        ("lead", "child"),
        ("sound", "ffmpeg"),
        ("first chunk", "postgres"),
        ("chunk", "worker"),
        ("commit", "worker"),
        ("publish", "child"),
        ("storyboard", "worker"),
    ),
    "third": (
        ("lead", "ffmpeg"),
        ("sound", "worker"),
        ("first chunk", "daphne"),
        ("chunk", "child"),
        ("commit", "supervisor"),
        ("publish", "ffmpeg"),
        ("storyboard", "ffmpeg"),
    ),
    "fourth": (
        ("lead", "supervisor"),
        ("sound", "supervisor"),
        ("chunk", "redis"),
        ("commit", "postgres"),
        ("publish", "worker"),
        ("storyboard", "daphne"),
    ),
}


@pytest.fixture(scope="module")
def quick(tmp_path_factory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("crash"), BANDSTAND_JOB_LEASE_S="5") as made:
        yield made


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("crash")) as made:
        yield made


def test_a_film_survives_an_end_in_every_stage(quick, record_property):
    _survives(quick, ROUNDS["short"], record_property)


@pytest.mark.soak
@pytest.mark.parametrize("round_", [name for name in ROUNDS if name != "short"])
def test_a_film_survives_every_end_in_every_stage(quick, round_, record_property):
    _survives(quick, ROUNDS[round_], record_property)


@pytest.mark.soak
@pytest.mark.parametrize("round_", ROUNDS)
def test_a_film_survives_every_end_with_the_real_lease(real, round_, record_property):
    _survives(real, ROUNDS[round_], record_property)


def _survives(stand: Stand, ends: tuple[tuple[str, str], ...], record_property: Any) -> None:
    item = stand.world.add(stand.film)
    reaper = Reaper(stand.world, item, ends)
    with Viewer(stand.world.port, item) as viewer:
        reaper.run()
        until_done(stand.world, item)
    record_property("goes_on_s", reaper.figures)
    stand.check(item, reaper.redone)
    reaper.check()
    viewer.check()


@pytest.mark.soak
def test_workers_whose_clocks_are_wrong_work_with_one_whose_clock_is_right(quick):
    """One is five minutes ahead, one five minutes behind; the first is killed while it encodes."""
    world = quick.world
    world.change_setting("jobs.running_per_person_cpu", 3)
    with worker_with_clock(world, "ahead", 300) as ahead, worker_with_clock(world, "behind", -300) as behind:
        item = world.add(quick.film)
        all_of_them = {ahead, behind, world.pids()["encoder"]}
        wait_until(lambda: set(world.workers(item)) >= all_of_them, 90)
        scene = wait_until(lambda: _at_work_for(world, item, ahead), 60)
        kill(Process.of(ahead), signal.SIGKILL)
        killed = time.monotonic()
        wait_until(lambda: stages.goes_on(world, scene.job, world.jobs(item), killed=True), WITHIN_S)
        print(f"\na worker that is ahead: goes on after {time.monotonic() - killed:.1f} s", flush=True)
        until_done(world, item)
    quick.check(item, Counter({scene.job["id"]: 1}))
    assert world.happened(item, "lease_expired") == [scene.job["id"]]
    alerts = [(event, subject.partition("@")[0]) for event, subject in world.alerts()]
    assert {("worker.clock_wrong", "ahead"), ("worker.clock_wrong", "behind")} <= set(alerts)
    assert ("worker.left", "behind") not in alerts


def _at_work_for(world: World, item: str, worker: int) -> stages.Scene | None:
    """What a certain worker encodes at this moment."""
    running = [job for job in world.jobs(item) if job["state"] == "running"]
    return next((scene for scene in stages.at_work(world, running) if stages.worker_of(scene) == worker), None)
