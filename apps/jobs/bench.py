"""`make bench NAME=jobs`: a storm of claims, beside a plain first-come queue on the same server."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction

from apps.core.bench import Figure
from apps.jobs.claims import claim
from apps.jobs.contract import Handler, Params, register
from apps.jobs.enums import Queue
from apps.jobs.limits import running_per_person
from apps.jobs.models import Job, KindLoad
from apps.jobs.services.endings import succeed

PEOPLE, JOBS_EACH, CONNECTIONS, KIND_CAP = 20, 100, 50, 30
_WORK_S = (0.2, 0.6)  # shorter jobs would measure how two cores are shared by fifty processes, not the claim
_BACKLOG = 100_000


class Nothing(Params):
    pass


@register
class Measured(Handler[Nothing]):
    kind = "jobs.measured"
    queue = Queue.CPU
    params_type = Nothing
    title = "Nothing, to be measured"
    cap = KIND_CAP

    def run(self, params: Nothing, ctx: object) -> None:
        """Never called: the storm claims and ends these jobs itself."""


@dataclass
class Storm:
    """What the connections saw: instants are of one clock, `claims` are (claimed at, ended at, person, job)."""

    claim_s: list[float] = field(default_factory=list)
    claims: list[tuple[float, float, str, str]] = field(default_factory=list)


def run() -> Iterator[Figure]:
    people = _people()
    KindLoad.objects.update_or_create(kind=Measured.kind, defaults={"cap": KIND_CAP})
    _hand_in(people, JOBS_EACH)
    plain = _percentile(_plain_storm().claim_s, 0.95)
    storm = _storm(_fair_claim)
    yield from _figures(storm, people, plain)
    yield from _with_backlog(people)


def _figures(storm: Storm, people: list[UUID], plain: float) -> Iterator[Figure]:
    total = PEOPLE * JOBS_EACH
    p95 = _percentile(storm.claim_s, 0.95)
    yield Figure("claim, p95 of 50 connections (plain first-come queue)", p95, "ms", plain, "≤ 20 ms", p95 <= 20)
    yield Figure("claim, median", _percentile(storm.claim_s, 0.5), "ms")
    twice = len(storm.claims) - len({job for *_, job in storm.claims})
    yield Figure("jobs claimed twice", twice, "jobs", budget="0", holds=twice == 0)
    missed = total - len(storm.claims)
    yield Figure("jobs never claimed", missed, "jobs", budget="0", holds=missed == 0)
    most = max(_most_at_once([entry for entry in storm.claims if entry[2] == str(person)]) for person in people)
    cap = running_per_person(Queue.CPU)
    yield Figure("most jobs of one person at once", most, "jobs", cap, f"≤ {cap}", most <= cap)
    kind = _most_at_once(storm.claims)
    yield Figure("most jobs of the kind at once", kind, "jobs", KIND_CAP, f"≤ {KIND_CAP}", kind <= KIND_CAP)
    fairness = min(_shares(storm, people))
    yield Figure("Jain's index of finished jobs, worst tenth", fairness, "", 1.0, "≥ 0.95", fairness >= 0.95)


def _with_backlog(people: list[UUID]) -> Iterator[Figure]:
    """One claim and one end at a time, with a hundred thousand jobs waiting, beside the same with a thousand."""
    figures = {}
    for waiting in (1_000, _BACKLOG):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE jobs_job, jobs_turn CASCADE")
        _hand_in(people, waiting // len(people))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE jobs_job")
            cursor.execute("VACUUM ANALYZE jobs_turn")
        took = []
        for _ in range(200):
            started = time.perf_counter()
            found = claim(Queue.CPU, worker="bench")
            took.append((time.perf_counter() - started) * 1000)
            assert found is not None
            succeed(found, {})
        figures[waiting] = _percentile(took, 0.5)
    value, base = figures[_BACKLOG], figures[1_000]
    yield Figure("claim alone, 100,000 waiting (1,000 waiting)", value, "ms", base, "≤ 2 ×", value <= 2 * base)


def _people() -> list[UUID]:
    model = get_user_model()
    return [model.objects.create(username=f"person{number}").pk for number in range(PEOPLE)]


def _hand_in(people: list[UUID], each: int) -> None:
    jobs = (
        Job(kind=Measured.kind, queue=Queue.CPU, owner_id=person, params={}) for _ in range(each) for person in people
    )
    with transaction.atomic():
        Job.objects.bulk_create(jobs, batch_size=2000)


Taken = tuple[str, str, Callable[[], None]]


def _fair_claim() -> Taken | None:
    found = claim(Queue.CPU, worker="bench")
    return (str(found.owner_id), str(found.id), lambda: succeed(found, {})) if found else None


def _plain_claim() -> Taken | None:
    """What a queue without turns, caps or history would do: the oldest row that nobody holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bench_plain SET taken = true WHERE id = (SELECT id FROM bench_plain WHERE NOT taken"
            " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
        )
        row = cursor.fetchone()
    return ("", str(row[0]), lambda: None) if row else None


def _plain_storm() -> Storm:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_plain (id serial PRIMARY KEY, taken boolean NOT NULL DEFAULT false)")
        cursor.execute("INSERT INTO bench_plain (taken) SELECT false FROM generate_series(1, %s)", [PEOPLE * JOBS_EACH])
    return _storm(_plain_claim)


def _storm(take: Callable[[], Taken | None]) -> Storm:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ends, processes = [], []
    for number in range(CONNECTIONS):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_connection, args=(take, number, theirs), daemon=True)
        process.start()
        theirs.close()
        ends.append(ours)
        processes.append(process)
    storm = Storm()
    for end in ends:
        claim_s, claims = end.recv()
        storm.claim_s += claim_s
        storm.claims += claims
    for process in processes:
        process.join()
    return storm


def _connection(take: Callable[[], Taken | None], number: int, end: Connection) -> None:
    """One worker: claims, is busy for a while, ends the job; gives up after two seconds without work."""
    chance = random.Random(number)  # noqa: S311
    seen = Storm()
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < 2:
        started = time.perf_counter()
        found = take()
        claimed = time.perf_counter()
        if found is None:
            time.sleep(chance.uniform(0.1, 0.3))
            continue
        person, job, finish = found
        time.sleep(chance.uniform(*_WORK_S))
        ended = time.perf_counter()
        finish()
        seen.claim_s.append((claimed - started) * 1000)
        seen.claims.append((claimed, ended, person, job))
        idle_since = time.monotonic()
    end.send((seen.claim_s, seen.claims))
    connections.close_all()


def _most_at_once(claims: list[tuple[float, float, str, str]]) -> int:
    """How many overlapped, from the instants between which each was surely held."""
    edges = sorted([(start, 1) for start, *_ in claims] + [(end, -1) for _, end, *_ in claims])
    running = most = 0
    for _, step in edges:
        running += step
        most = max(most, running)
    return most


def _shares(storm: Storm, people: list[UUID]) -> Iterator[float]:
    """Jain's index of finished jobs after each tenth: (Σx)² ÷ (n · Σx²)."""
    finished = [person for _, _, person, _ in sorted(storm.claims, key=lambda entry: entry[1])]
    for part in range(1, 11):
        counted = Counter(finished[: part * len(finished) // 10])
        shares = [counted[str(person)] for person in people]
        yield sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares))


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)] if values else 0.0
