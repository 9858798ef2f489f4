"""The disk fills up in mid encode: what is listed plays on, the rest waits for room, and then it is whole."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.crash.small_disk import GreedySite, SmallDisk, can_mount
from tests.crash.stand import Stand, stand, until_done
from tests.crash.viewer import Viewer
from tests.house.site import wait_until

# The same on a small scale, without a site around it, is tests/streaming/test_disk_full.py.
pytestmark = [pytest.mark.xdist_group("disk-full"), pytest.mark.soak]
SENTENCE = "The disk of this site is full: there is no room to go on."


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[Stand]:
    """Nothing is skipped: without the right to mount, the same is shown by what the site wants to keep free."""
    kind = SmallDisk if can_mount() else GreedySite
    print(f"\nthe disk: {kind.__name__}", flush=True)
    with stand(tmp_path_factory.mktemp("full"), seconds=25, kind=kind, BANDSTAND_CHUNK_S="8") as made:
        yield made


def test_a_disk_that_fills_up_in_mid_encode_costs_time_and_nothing_else(small):
    world = small.world
    item = world.add(small.film)
    with Viewer(world.port, item) as viewer:
        wait_until(lambda: viewer.seen_growing and viewer.hashes, 60)
        world.fill()
        stuck = wait_until(lambda: [job for job in world.jobs(item) if job["error_code"] == "disk_full"], 60)
        assert {job["state"] for job in stuck} <= {"queued", "running"}
        assert any("No space left" in job["staff_error"] or "are kept free" in job["staff_error"] for job in stuck)
        assert world.rows("SELECT note FROM jobs_job WHERE id = %s", world.jobs(item)[0]["id"]) == [(SENTENCE,)]
        assert "disk.full" in dict(world.alerts())
        wait_until(lambda: _rests(small, item), 60)
        viewer.check()
        _others_go_on(small)
        world.make_room()
        until_done(world, item)
    viewer.check()
    small.check(item, Counter(world.happened(item, "retrying")))
    assert not any(job["error_code"] for job in world.jobs(item))


def _rests(small: Stand, item: str) -> bool:
    """Nothing works for the item, and nothing half-made lies about."""
    idle = all(job["state"] != "running" for job in small.world.jobs(item))
    folders = [small.world.seen / "work", small.world.folder(item)]
    left = [path for folder in folders for path in folder.rglob("*") if path.suffix == ".part" or folder == folders[0]]
    return idle and not left


def _others_go_on(small: Stand) -> None:
    """Pages answer, and what was published plays."""
    world = small.world
    assert world.get("/")[0] == 200
    with Viewer(world.port, small.first) as viewer:
        wait_until(lambda: viewer.hashes, 30)
    assert viewer.faults == []
    assert not viewer.seen_growing
