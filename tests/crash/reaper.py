"""Whoever kills: each victim in its stage, once, and looks how long the work takes to go on."""

import signal
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from tests.crash import stages
from tests.crash.stand import all_done
from tests.crash.world import World, kill
from tests.house.site import wait_until

WORKING = frozenset({"ffmpeg", "child", "worker", "supervisor"})
WITHIN_S = 75  # the promise; the short form keeps it too, by far


@dataclass
class Grave:
    """What was killed, when, and the job that lost by it."""

    name: str
    at: float
    job: dict[str, Any]
    killed: bool


class Reaper:
    """Kills each victim as soon as its stage is reached, whatever the order in which the jobs come to run.

    `redone`: how many attempts each job lost. `pieces` and `files`: what was finished and committed before something was
    killed. `figures`: seconds until the work went on.
    """

    def __init__(self, world: World, item: str, ends: tuple[tuple[str, str], ...]) -> None:
        self.world, self.item = world, item
        self.pending = list(ends)
        self.graves: list[Grave] = []
        self.figures: dict[str, float] = {}
        self.redone: Counter[str] = Counter()
        self.pieces: dict[tuple[str, int], Any] = {}
        self.files: dict[str, tuple[int, int]] = {}

    def run(self) -> None:
        while self.pending or self.graves:
            jobs = self.world.jobs(self.item)
            assert not (self.pending and jobs and all_done(jobs)), f"done before {self.pending} could be killed"
            self._look_after_graves(jobs)
            for stage, victim in self.pending[:]:
                if scene := stages.seen(self.world, self.item, stage, jobs):
                    self._kill(stage, victim, scene)
                    break
            time.sleep(0.05)

    def check(self) -> None:
        """What was finished and committed is the same files and the same rows."""
        kept = self.world.kept(self.item)
        assert {key: kept[key] for key in self.pieces} == self.pieces
        files = self.world.files(self.item)
        assert {name: files[name] for name in self.files} == self.files

    def _look_after_graves(self, jobs: list[dict[str, Any]]) -> None:
        for grave in self.graves[:]:
            waited = round(time.monotonic() - grave.at, 1)
            if stages.goes_on(self.world, grave.job, jobs, killed=grave.killed):
                self.graves.remove(grave)
                self.figures[grave.name] = waited
                print(f"\n{grave.name}: goes on after {waited} s", flush=True)
            assert waited < WITHIN_S, grave

    def _kill(self, stage: str, victim: str, scene: stages.Scene) -> None:
        doomed = stages.target(self.world, scene, victim)  # by its FFmpeg, which is gone when a chunk is committed
        works = victim in WORKING
        with stages.held_in_commit(self.world, self.item) if stage == "commit" else nullcontext():
            self._remember()
            kill(doomed, signal.SIGKILL)
            self.graves.append(Grave(f"{stage}, {victim}", time.monotonic(), scene.job, works))
            wait_until(lambda: not doomed.runs, 30)
            if works:
                wait_until(lambda: not scene.program.runs, 30)
        self.pending.remove((stage, victim))
        # FFmpeg that dies under the first seconds costs no second attempt: the chunks bring them.
        self.redone[scene.job["id"]] += works and (stage, victim) != ("lead", "ffmpeg")
        if victim == "supervisor":
            self.world.process.wait()
            wait_until(lambda: not self.world.processes(), 30)
            self.world.start()

    def _remember(self) -> None:
        self.pieces |= {key: piece for key, piece in self.world.kept(self.item).items() if piece.complete}
        self.files = self.world.files(self.item) | self.files
