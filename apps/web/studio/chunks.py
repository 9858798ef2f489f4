"""The map of a generation's pieces: which of them are there, by rung. Long films are shown some pieces to a cell."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from apps.jobs.enums import State as JobState
from apps.jobs.models import Job
from apps.streaming.models import ChunkOutput, Generation, Rendition
from apps.streaming.work import ENCODE_CHUNK, ENCODE_CHUNK_GPU

MOST_CELLS = 60
WIDTH, HEIGHT, GAP = 600, 14, 2


@dataclass(frozen=True)
class Cell:
    """One place of the map: `first` to `last` are the numbers of its pieces, from 1 on; `x` and `width` are in pixels."""

    first: int
    last: int
    state: str
    x: float
    width: float


@dataclass(frozen=True)
class MapRow:
    """One rung: how many of its pieces are complete, and its cells."""

    name: str
    done: int
    pieces: int
    cells: Sequence[Cell]

    @property
    def percent(self) -> int:
        return self.done * 100 // self.pieces if self.pieces else 0


@dataclass(frozen=True)
class ChunkMap:
    """`per_cell`: how many pieces one cell stands for. `failed` and `running` count pieces, not rungs."""

    rows: Sequence[MapRow]
    pieces: int
    per_cell: int
    running: int
    failed: int
    width: int = WIDTH
    height: int = HEIGHT


def chunk_map_of(generation: Generation, rungs: Sequence[Rendition], job: Job | None) -> ChunkMap | None:
    """None for what is not encoded in pieces. Two queries, which return at most a row per cell and a row per live piece."""
    plan = generation.what_to_make
    if plan.video is None or not plan.chunks:
        return None
    per_cell = -(-plan.chunks // MOST_CELLS)
    names = {rung.name for rung in plan.video.encoded}
    encoded = [rung for rung in rungs if rung.name in names]
    there = _there(generation, per_cell)
    jobs = _jobs(job, generation)
    rows = [_map_row(rung, plan.chunks, per_cell, there, jobs) for rung in encoded]
    return ChunkMap(
        rows,
        plan.chunks,
        per_cell,
        running=len(jobs[JobState.RUNNING]),
        failed=len(jobs[JobState.FAILED]),
    )


Found = Mapping[tuple[UUID, int], tuple[int, int]]
Pieces = Mapping[str, Sequence[int]]


def _there(generation: Generation, per_cell: int) -> Found:
    """(rung, cell) → (complete pieces, begun ones)."""
    rows = ChunkOutput.objects.filter(generation=generation).values(cell=F("index") / per_cell, rung=F("rendition_id"))
    counted = rows.annotate(done=Count("id", filter=Q(complete=True)), begun=Count("id", filter=Q(complete=False)))
    return {(row["rung"], row["cell"]): (row["done"], row["begun"]) for row in counted.order_by()}


def _jobs(job: Job | None, generation: Generation) -> Pieces:
    """The pieces that are worked on now, and those that failed."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if job is None:
        return found
    parts = job.children.filter(
        kind__in=(ENCODE_CHUNK, ENCODE_CHUNK_GPU),
        state__in=(JobState.RUNNING, JobState.FAILED),
        params__generation_id=str(generation.pk),
    )
    for state, params in parts.values_list("state", "params"):
        found[state].append(int(params["index"]))
    return found


def _map_row(rung: Rendition, pieces: int, per_cell: int, there: Found, jobs: Pieces) -> MapRow:
    count = -(-pieces // per_cell)
    step = WIDTH / count
    cells, done = [], 0
    for number in range(count):
        first, last = number * per_cell, min(pieces, (number + 1) * per_cell)
        complete, begun = there.get((rung.pk, number), (0, 0))
        done += complete
        state = _state(range(first, last), complete, begun, jobs)
        width = max(1.0, step - GAP)
        cells.append(Cell(first + 1, last, state, round(number * step, 2), round(width, 2)))
    return MapRow(rung.name, done, pieces, cells)


def _state(pieces: range, complete: int, begun: int, jobs: Pieces) -> str:
    if complete == len(pieces):
        return "done"
    if any(index in pieces for index in jobs[JobState.FAILED]):
        return "failed"
    if any(index in pieces for index in jobs[JobState.RUNNING]):
        return "running"
    return "begun" if complete or begun else "waiting"
