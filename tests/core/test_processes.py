import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from apps.core import processes

PYTHON = sys.executable
ROOT = Path(__file__).resolve().parents[2]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("ordinary_user", [False, True])
def test_a_child_dies_with_a_parent_that_is_killed(ordinary_user):
    program = textwrap.dedent(f"""
        import time
        from apps.core import processes
        child = processes.spawn(["sleep", "100"], ordinary_user={ordinary_user})
        print(child.pid, flush=True)
        time.sleep(100)
    """)
    parent = subprocess.Popen([PYTHON, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.communicate()
    assert wait_until(lambda: not is_alive(child))


def test_a_program_that_refuses_root_sees_an_ordinary_user():
    child = processes.spawn(
        [PYTHON, "-c", "import os; print(os.geteuid(), os.getegid())"], stdout=subprocess.PIPE, ordinary_user=True
    )
    assert child.communicate()[0].split() == [b"1000", b"1000"]


def test_a_child_has_a_session_of_its_own():
    child = processes.spawn(["sleep", "100"])
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    assert processes.stop(child) == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed_with_its_group():
    program = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen(['sleep', '100']).pid, flush=True); time.sleep(100)"
    )
    child = processes.spawn([PYTHON, "-c", program], stdout=subprocess.PIPE)
    grandchild = int(child.stdout.readline())
    assert processes.stop(child, grace=0.2) == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(grandchild))


def test_stopping_what_has_ended_touches_nobody():
    child = processes.spawn(["true"])
    child.wait()
    assert processes.stop(child) == 0


def test_a_missing_program_is_told():
    with pytest.raises(OSError, match="no-such-program"):
        processes.spawn(["/no-such-program"])
