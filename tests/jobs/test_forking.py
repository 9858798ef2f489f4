"""A lock that a thread holds when its process forks stays shut in the child for ever: nobody may fork just then."""

import subprocess
import sys

from tests.house.site import ROOT

_PROGRAM = """
import os, threading, time
from apps.jobs.forking import new_gate

gate, lock, inside = new_gate(), threading.Lock(), threading.Event()
new_gate()  # somebody else's

def work():
    with gate:
        with lock:
            inside.set()
            time.sleep(0.3)

threading.Thread(target=work).start()
inside.wait()
if not os.fork():
    os._exit(0 if lock.acquire(timeout=5) and gate.acquire(timeout=5) else 1)
_, status = os.wait()
with gate:
    print(os.waitstatus_to_exitcode(status))
"""


def test_a_child_finds_every_lock_open_that_is_taken_inside_a_gate():
    line = [sys.executable, "-W", "ignore", "-c", _PROGRAM]
    said = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout == "0\n"
