"""Each thing that keeps the site from starting is one sentence and exit status 1, and nothing is left running."""

import socket
import subprocess
import sys

import pytest

from tests.house.site import ROOT, clean_environment, free_port, manage


@pytest.fixture
def data(tmp_path):
    """A data folder that has been started once: the secrets are there."""
    secrets = tmp_path / "var" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "secret_key").write_text("x" * 60)
    (secrets / "encryption_keys").write_text("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    return tmp_path / "var"


def refusal(data, **env) -> str:
    """What `manage.py up` says when it refuses: exactly one line."""
    env = {"PORT": str(free_port()), "BANDSTAND_DATA": str(data), **env}
    answer = manage("up", **env)
    assert answer.returncode == 1
    (line,) = (answer.stdout + answer.stderr).strip().splitlines()
    return line


def test_a_taken_port(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert refusal(data, PORT=port).startswith(f"Port {port} is taken by another program")


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none(data, port):
    assert "PORT must be" in refusal(data, PORT=port)


def test_an_address_of_another_machine(data):
    assert "cannot listen on 192.0.2.1" in refusal(data, BANDSTAND_HOST="192.0.2.1")


def test_a_file_in_the_place_of_the_data_folder(tmp_path):
    (tmp_path / "var").write_text("a file")
    assert "cannot be written to: something that is not a folder is in its place" in refusal(tmp_path / "var")


def test_a_folder_in_which_nothing_can_be_made():
    assert "The folder /proc/bandstand cannot be written to" in refusal("/proc/bandstand")


def test_a_disk_that_is_nearly_full(data):
    assert "is nearly full" in refusal(data, BANDSTAND_MIN_FREE_MB="999999999")


def test_a_database_of_a_newer_version(data):
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    sentence = refusal(data)
    assert "was made by PostgreSQL 17, and this Bandstand runs PostgreSQL 16" in sentence


def test_a_database_elsewhere_that_does_not_answer(data):
    port = free_port()
    line = manage(
        "up",
        BANDSTAND_DATA=str(data),
        PORT=str(free_port()),
        DATABASE_URL=f"postgresql://anna:p%40ss@127.0.0.1:{port}/band",
    )
    assert line.returncode == 1
    assert "The database at 127.0.0.1 cannot be reached" in line.stderr
    assert "Traceback" not in line.stderr
    assert "p@ss" not in line.stderr + line.stdout


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 13, 0)])
def test_a_python_that_does_not_fit(version):
    program = f"import runpy, sys; sys.version_info = {version}; runpy.run_path('manage.py', run_name='__main__')"
    line = [sys.executable, "-c", program]
    answer = subprocess.run(line, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    said = ".".join(map(str, version))
    assert answer.returncode == 1
    assert answer.stderr.strip() == f"Bandstand needs Python 3.11 or 3.12; this is Python {said}."


@pytest.mark.parametrize("command", [["apitoken", "owner"], ["migrate"], ["showmigrations"], ["rotatekeys"]])
def test_a_command_that_needs_the_site_says_so(data, command):
    answer = manage(*command, BANDSTAND_DATA=str(data))
    sentence = "The site is not running: start it with `make run`, then try again.\n"
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", sentence)
    assert "Traceback" in manage(*command, "--traceback", BANDSTAND_DATA=str(data)).stderr
