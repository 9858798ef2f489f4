"""What every machine finds out about itself: at its worker's start, and when it is due."""

import time

import pytest

from apps.jobs import upkeep
from apps.jobs.upkeep import Upkeep


@pytest.fixture
def due(monkeypatch):
    """A registered command, and whether it is due."""
    answers = [True]
    monkeypatch.setattr(upkeep, "_tasks", {})
    upkeep.register("check", "--version", queues=("cpu",), due=lambda: answers[0])
    return answers


def finish(keeper: Upkeep) -> int:
    return keeper._running["check"].wait(timeout=60)


def test_a_worker_of_the_queue_runs_it_at_its_start_and_not_again_within_a_minute(due):
    due[0] = False
    keeper = Upkeep(["default", "cpu"])
    keeper.look()
    first = keeper._running["check"]
    keeper.look()
    assert finish(keeper) == 0
    due[0] = True
    keeper.look()
    assert keeper._running["check"] is first


def test_it_is_run_again_when_it_is_due(due):
    keeper = Upkeep(["cpu"])
    keeper.look()
    first = keeper._running["check"]
    finish(keeper)
    keeper._begun["check"] = time.monotonic() - 61
    keeper.look()
    assert keeper._running["check"] is not first
    finish(keeper)
    due[0] = False
    keeper._begun["check"] = time.monotonic() - 61
    second = keeper._running["check"]
    keeper.look()
    assert keeper._running["check"] is second


def test_workers_of_other_queues_do_not(due):
    keeper = Upkeep(["default", "io"])
    keeper.look()
    assert keeper._running == {}
