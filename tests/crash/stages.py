"""The stages of a publication as they are seen from outside, and the instant at which each is killed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from apps.core.processes import parent_of
from apps.streaming import work
from tests.crash.slow import COUNTING
from tests.crash.world import Process, World
from tests.house.site import wait_until

LOWEST, TOP, SOUND = "v360", "v480", "a128"
PARTS = {"daphne": "web", "redis": "redis", "postgres": "postgres"}
Job = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A stage that has been reached: the job, and the program that works for it at this moment."""

    job: Job
    program: Process


def seen(world: World, item: str, stage: str, jobs: list[Job]) -> Scene | None:
    """The scene, if the item is in this stage now and far enough in it to have something to lose."""
    ripe = [job for job in jobs if job["state"] == "running" and _RIPE[stage](world, item, job, jobs)]
    return next(at_work(world, ripe), None)


def at_work(world: World, jobs: list[Job]) -> Iterator[Scene]:
    """Those of these jobs for which a program works at this moment."""
    programs = world.programs() if jobs else {}
    for job in jobs:
        for pid, line in programs.items():
            # ffprobe's work has no folder that would tell whose it is.
            if f"{job['id']}/{job['lease_epoch']}-" in line or (job["kind"] == work.PUBLISH and COUNTING in line):
                yield Scene(job, Process.of(pid))


def _lead(world: World, item: str, job: Job, jobs: list[Job]) -> bool:
    """Its first segment is published, the next one is not."""
    kept = world.kept(item).get((LOWEST, 0))
    return job["kind"] == work.ENCODE_LEAD and kept is not None and 0 < len(kept.segments) < 3


def _sound(world: World, item: str, job: Job, jobs: list[Job]) -> bool:
    """This attempt has added to what the lead gave, and is not at the end."""
    kept = world.kept(item).get((SOUND, 0))
    mine = kept is not None and (kept.job_id, kept.epoch, kept.complete) == (job["id"], job["lease_epoch"], False)
    return job["kind"] == work.ENCODE_AUDIO and mine


def _chunk(number: int) -> Callable[[World, str, Job, list[Job]], bool]:
    def ripe(world: World, item: str, job: Job, jobs: list[Job]) -> bool:
        return job["kind"] == work.ENCODE_CHUNK and job["params"]["index"] == number

    return ripe


def _publish(world: World, item: str, job: Job, jobs: list[Job]) -> bool:
    """All parts are there: it counts what the source holds, before it judges and publishes."""
    parts = [other for other in jobs if other["kind"].startswith("streaming.encode")]
    return job["kind"] == work.PUBLISH and bool(parts) and all(part["state"] == "succeeded" for part in parts)


def _storyboard(world: World, item: str, job: Job, jobs: list[Job]) -> bool:
    return job["kind"] == work.STORYBOARD


_RIPE = {
    "lead": _lead,
    "sound": _sound,
    "first chunk": _chunk(0),
    "chunk": _chunk(1),
    "commit": _chunk(2),
    "publish": _publish,
    "storyboard": _storyboard,
}


@contextmanager
def held_in_commit(world: World, item: str) -> Iterator[None]:
    """Within the block the last chunk's files of the lowest rung lie in their place, but no row tells of them.

    Its job waits for the row of the top rung, which we hold: renditions are committed in the order of their names.
    """
    held = (
        "SELECT 1 FROM streaming_rendition r JOIN streaming_generation g ON g.id = r.generation_id"
        " WHERE g.item_id = %s AND r.name = %s FOR UPDATE OF r"
    )
    with world.transaction() as transaction:
        transaction.execute(held, (item, TOP))
        wait_until(lambda: _in_place(world, item, 2), 60)
        assert not world.kept(item).get((LOWEST, 2))
        yield


def _in_place(world: World, item: str, index: int) -> bool:
    """Three segments a chunk."""
    return (world.folder(item) / LOWEST / f"seg_{3 * index + 1:05}.m4s").exists()


def target(world: World, scene: Scene, victim: str) -> Process:
    """The process to kill."""
    if victim == "ffmpeg":
        return scene.program
    own = world.pids()
    if victim in {"child", "worker"}:
        child = parent_of(scene.program.pid)
        assert child not in {0, world.process.pid, *own.values()}
        return Process.of(child if victim == "child" else worker_of(scene))
    return Process.of(world.process.pid if victim == "supervisor" else own[PARTS[victim]])


def worker_of(scene: Scene) -> int:
    """The worker's main process: the child's parent."""
    return parent_of(parent_of(scene.program.pid))


def goes_on(world: World, before: Job, jobs: list[Job], *, killed: bool) -> bool:
    """The job has got further, or is done; where its attempt was `killed`, by a later one."""
    row = next(row for row in jobs if row["id"] == before["id"])
    assert row["state"] in {"queued", "running", "waiting", "succeeded"}, row
    if row["state"] != "running":
        return row["state"] == "succeeded"
    if row["lease_epoch"] == before["lease_epoch"]:
        return not killed and row["progress_done"] > before["progress_done"]
    return any(at_work(world, [row]))
