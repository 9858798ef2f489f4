import os
import signal
import subprocess
import sys

from apps.core import processes
from apps.core.embedded import leftovers, postgres

PYTHON = sys.executable


def sleeper(**env):
    return processes.spawn(["sleep", "100"], env={**os.environ, **env})


def test_what_we_started_is_found_by_its_file_and_by_its_mark(tmp_path):
    on_file = sleeper()
    marked = sleeper(**{leftovers.MARK: "/srv/one"})
    leftovers.remember(tmp_path, "web", on_file.pid)
    assert leftovers.find(tmp_path, "/srv/one") == {on_file.pid, marked.pid}
    leftovers.end({on_file.pid, marked.pid})
    assert (on_file.wait(), marked.wait()) == (-signal.SIGKILL, -signal.SIGKILL)
    assert leftovers.find(tmp_path, "/srv/one") == set()


def test_a_stranger_is_never_taken_for_ours(tmp_path):
    stranger = sleeper(**{leftovers.MARK: "/srv/one/more"})
    # The number is the one on file, but the kernel has given it to somebody else since.
    (tmp_path / "web.pid").write_text(f"{stranger.pid} 12345\n")
    (tmp_path / "torn.pid").write_text("")
    (tmp_path / "gone.pid").write_text("4194304 7\n")
    assert leftovers.find(tmp_path, "/srv/one") == set()
    processes.stop(stranger)


def test_who_does_not_listen_to_the_first_signal_gets_the_next():
    program = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(flush=True); time.sleep(100)"
    deaf = processes.spawn([PYTHON, "-c", program], stdout=subprocess.PIPE)
    deaf.stdout.readline()
    leftovers.end({deaf.pid}, (signal.SIGINT, signal.SIGKILL), grace=0.2)
    assert deaf.wait() == -signal.SIGKILL


def test_only_a_server_that_works_in_this_very_folder_counts_as_its_server(tmp_path):
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert postgres.running_server(tmp_path) is None
    server = processes.spawn(["sleep", "100"], cwd=tmp_path)
    (tmp_path / "postmaster.pid").write_text(f"{server.pid}\n/somewhere\n")
    assert postgres.running_server(tmp_path) == server.pid
    processes.stop(server)
    assert postgres.running_server(tmp_path) is None
