import itertools
import threading
from typing import ClassVar

import pytest
from django.db import connection, transaction

from apps.core.state import ForbiddenMove, check_moves, transition
from apps.jobs.enums import State
from apps.jobs.models import Job

MOVES = {
    "queued": frozenset({"running", "cancelled"}),
    "running": frozenset({"succeeded", "failed", "queued"}),
}
STATES = ["queued", "running", "succeeded", "failed", "cancelled", "unheard of"]


class Rows:
    """Stands in for a queryset where the move must be refused before any row is touched."""

    model: ClassVar = Job

    def filter(self, **_):
        raise AssertionError("no row is looked at")


@pytest.mark.parametrize(("source", "target"), list(itertools.product(STATES, STATES)))
def test_every_pair_is_allowed_exactly_if_the_table_says_so(source, target):
    if target in MOVES.get(source, ()):
        check_moves(MOVES, [source], target)
    else:
        with pytest.raises(ForbiddenMove):
            transition(Rows(), moves=MOVES, sources=[source], target=target)


def test_one_forbidden_source_forbids_the_whole_move():
    with pytest.raises(ForbiddenMove, match="succeeded → running"):
        transition(Rows(), moves=MOVES, sources=["queued", "succeeded"], target="running")


def test_rows_in_another_state_are_left_alone(db):
    jobs = [Job.objects.create(kind="t", queue="default") for _ in range(3)]
    Job.objects.filter(pk=jobs[0].pk).update(state=State.CANCELLED, ended_at=jobs[0].created_at)
    rows = Job.objects.filter(pk__in=[job.pk for job in jobs])
    ended = {"ended_at": jobs[0].created_at}
    assert transition(rows, moves=MOVES, sources=["queued"], target="cancelled", stage="now", **ended) == 2
    assert sorted(rows.values_list("stage", flat=True)) == ["", "now", "now"]


def test_a_move_takes_one_statement_and_notes_when(db, django_assert_num_queries):
    job = Job.objects.create(kind="t", queue="default")
    before = job.updated_at
    with django_assert_num_queries(1):
        transition(Job.objects.filter(pk=job.pk), moves=MOVES, sources=["queued"], target="cancelled", ended_at=before)
    job.refresh_from_db()
    assert job.updated_at > before


@pytest.mark.django_db(transaction=True)
def test_of_two_that_try_the_same_move_at_once_one_wins():
    job = Job.objects.create(kind="t", queue="default")
    results: list[int] = []
    at_the_line = threading.Barrier(8)

    def attempt() -> None:
        at_the_line.wait()
        with transaction.atomic():
            rows = Job.objects.filter(pk=job.pk)
            results.append(
                transition(rows, moves=MOVES, sources=["queued"], target="cancelled", ended_at=job.created_at)
            )
        connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0] * 7 + [1]
