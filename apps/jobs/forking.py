"""Threads beside a process that forks.

A fork copies the locks of all threads, but only the thread that forks: a lock that another one holds at that instant
stays shut in the child for ever, and the first thing there that needs it hangs. So threads that live beside Celery's
main loop do their work inside a gate, and a fork waits until nobody is inside.
"""

import os
import threading

_gates: "list[threading.RLock]" = []


def new_gate() -> "threading.RLock":
    """A lock for one thread: `with gate:` around its work, never around its waiting. It may start processes inside.

    Where several such threads start processes, the one whose gate was made first must be the only one that does so
    while it is inside.
    """
    gate = threading.RLock()
    _gates.append(gate)
    return gate


def _shut() -> None:
    for gate in _gates:
        gate.acquire()


def _open() -> None:
    for gate in reversed(_gates):
        gate.release()


os.register_at_fork(before=_shut, after_in_parent=_open, after_in_child=_open)
