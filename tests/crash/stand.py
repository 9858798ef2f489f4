"""A site with a film, what an undisturbed run makes of it, and what must be true of every other run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.slow import slow_programs
from tests.crash.world import World, make_film, packets, published
from tests.house.site import wait_until

Job = dict[str, Any]


@dataclass
class Stand:
    """The site, the film's file, and what came out of it undisturbed."""

    world: World
    film: Path
    first: str = ""
    expected: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)
    claims: Counter[str] = field(default_factory=Counter)

    def learn(self) -> str:
        """Makes the film once and remembers it; returns the item's id."""
        item = self.world.add(self.film)
        until_done(self.world, item)
        folder = self.world.folder(item)
        self.expected, self.counted = published(folder), packets(folder)
        jobs = {job["id"]: job for job in self.world.jobs(item)}
        self.claims = Counter({_name(jobs[key]): count for key, count in self.world.claims(item).items()})
        return item

    def check(self, item: str, redone: Counter[str]) -> None:
        """The film is whole, no job was begun more often than it should be, and nothing is left behind."""
        folder = self.world.folder(item)
        assert published(folder) == self.expected
        assert packets(folder) == self.counted
        jobs = {job["id"]: job for job in self.world.jobs(item)}
        more = Counter({key: count - self.claims[_name(jobs[key])] for key, count in self.world.claims(item).items()})
        assert +more == +redone, [self.world.history(key) for key in {**+more, **+redone} if more[key] != redone[key]]
        self._is_tidy()

    def _is_tidy(self) -> None:
        world = self.world
        wait_until(lambda: not world.programs(), 20)
        assert not world.orphans()
        assert not list((world.seen / "work").iterdir())
        assert not [path for path in (world.seen / "media").rglob("*") if path.name.endswith(".part")]
        wait_until(lambda: world.get("/readyz")[0] == 200)


@contextmanager
def stand(folder: Path, *, seconds: int = 37, kind: type[World] = World, **env: str) -> Iterator[Stand]:
    world = kind(folder / "var", **slow_programs(folder), **env)
    made = Stand(world, make_film(folder / "film.mkv", seconds=seconds))
    try:
        world.start()
        made.first = made.learn()
        yield made
        assert world.stop() == 0
        assert not world.processes()
    finally:
        world.remove()


def _name(job: Job) -> str:
    return f"{job['kind']} {job['params'].get('index', job['params'].get('track', ''))}"


def all_done(jobs: list[Job]) -> bool:
    lost = [job for job in jobs if job["state"] in {"failed", "cancelled"}]
    assert not lost, lost
    return all(job["state"] == "succeeded" for job in jobs)


def until_done(world: World, item: str) -> None:
    wait_until(lambda: all_done(world.jobs(item)), 240)
