import re
import signal
import sys
import time

import pytest

from apps.core.embedded.keeper import MANY_ENDS, Keeper, Layer, Part
from apps.core.embedded.logs import KEPT, PartLog
from apps.core.embedded.supervisor import StopAsked, Supervisor
from tests.house.site import wait_until


@pytest.fixture
def said():
    return []


@pytest.fixture
def keep(tmp_path, said):
    keepers = []

    def make(*line, **options):
        keeper = Keeper(Part("part", line, **options), run=tmp_path, log=PartLog(tmp_path, "part"), say=said.append)
        keepers.append(keeper)
        return keeper

    yield make
    for keeper in keepers:
        keeper.finish(time.monotonic())


def test_a_part_that_keeps_ending_is_told_once_with_its_last_word(keep, said):
    keeper = keep("sh", "-c", "echo out of luck >&2; exit 3")
    keeper.start()

    def complained():
        keeper.tend()
        return any("keeps ending" in line for line in said)

    wait_until(complained)
    assert said[0] == "part ended with status 3 and is started again."
    assert len(said) == MANY_ENDS + 1
    assert said[-2] == "part keeps ending: out of luck"
    assert str(keeper.log.path) in said[-1]
    for _ in range(20):
        keeper.tend()
    assert len(said) == MANY_ENDS + 1
    assert keeper.pid is None


def test_a_program_that_has_gone_away_does_not_take_the_others_along(keep, said, tmp_path):
    program = tmp_path / "program"
    program.symlink_to("/bin/true")
    keeper = keep(str(program))
    keeper.start()
    program.unlink()

    def told():
        keeper.tend()
        return len(said) > 1

    wait_until(told)
    assert said[0] == "part ended with status 0 and is started again."
    assert "could not be started" in said[1]
    assert "No such file" in said[1]


def test_a_part_that_is_told_to_stop_is_not_started_again(keep, said):
    keeper = keep("sleep", "100")
    keeper.start()
    keeper.ask_to_stop()
    keeper.finish(time.monotonic() + 10)
    assert said == []


def test_a_part_that_does_not_stop_is_killed(keep, said):
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"
    )
    keeper = keep(sys.executable, "-c", program)
    keeper.start()
    wait_until(lambda: keeper.log.last_line() == "up")
    keeper.ask_to_stop()
    keeper.finish(time.monotonic() + 0.1)
    assert said == ["part does not end by itself and is killed."]


def test_the_layers_stop_from_the_top(tmp_path, said):
    """Each part writes its name when it is asked to stop; the database must be the last."""
    diary = tmp_path / "diary"
    line = 'trap "echo $0 >> diary; exit" TERM; echo up; while :; do sleep 0.02; done'
    with Supervisor(run=tmp_path, logs=tmp_path, say=said.append) as supervisor:
        for name, layer in (("database", Layer.DATABASE), ("broker", Layer.BROKER), ("web", Layer.SITE)):
            keeper = supervisor.start(Part(name, ("sh", "-c", line, name), layer, cwd=tmp_path))
            wait_until(lambda keeper=keeper: keeper.log.last_line() == "up")
    assert diary.read_text().split() == ["web", "broker", "database"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_log_is_turned_over_while_its_part_goes_on_writing(tmp_path):
    log = PartLog(tmp_path, "web", maximum=100)
    with log.open() as part:
        for round_ in range(KEPT + 2):
            part.write(f"round {round_} ".encode() + b"x" * 100 + b"\n")
            assert log.turn_over()
            assert not log.turn_over()
        part.write(b"after\n")
    assert log.path.read_text() == "after\n"
    kept = [re.match(r"round (\d)", (tmp_path / f"web.log.{n}").read_text()).group(1) for n in range(1, KEPT + 1)]
    assert kept == ["4", "3", "2"]
    assert not (tmp_path / f"web.log.{KEPT + 1}").exists()


class _DeafSpot:
    """What is raised in a destructor is dropped by Python."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_comes_where_nothing_can_be_raised_still_ends_the_site(tmp_path, said):
    part = Part("part", ("sleep", "1000"), Layer.SITE)
    with pytest.raises(StopAsked), Supervisor(run=tmp_path, logs=tmp_path, say=said.append) as supervisor:
        keeper = supervisor.start(part)
        spot = _DeafSpot()
        del spot
        supervisor.tend_for_ever()
    assert keeper.has_ended()
