"""What happens before there is a virtual environment: which Python is taken, and when work is done again."""

import os
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shim(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def find_python(folder: Path) -> subprocess.CompletedProcess[str]:
    line = [shutil.which("sh"), str(ROOT / "build" / "find-python")]
    return subprocess.run(line, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def test_a_python_is_taken_only_if_it_runs(tmp_path):
    shim(tmp_path, "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    shim(tmp_path, "python3.11", "echo 3.11.2")
    assert find_python(tmp_path).stdout == "python3.11\n"


@pytest.mark.parametrize("version", ["3.10.12", "3.13.1", "2.7.18"])
def test_a_python_that_does_not_fit_is_named(tmp_path, version):
    shim(tmp_path, "python3", f"echo {version}")
    answer = find_python(tmp_path)
    assert answer.returncode == 1
    assert answer.stderr == f"Bandstand needs Python 3.11 or 3.12; what was found is Python {version}.\n"


def test_a_machine_without_python_is_told_so(tmp_path):
    answer = find_python(tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "no Python at all" in answer.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path):
    shim(tmp_path, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; echo 3.12.3')
    assert "Python 3.12.3, which lacks its module venv" in find_python(tmp_path).stderr


def test_make_says_the_sentence_and_fails(tmp_path):
    shim(tmp_path, "python3", "echo 3.9.1")
    for name in ("sh", "make"):
        (tmp_path / name).symlink_to(shutil.which(name))
    answer = subprocess.run(
        ["make", "run"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "what was found is Python 3.9.1" in answer.stderr


def test_a_stamp_follows_the_content_and_not_the_clock(tmp_path, monkeypatch):
    install = runpy.run_path(str(ROOT / "build" / "install.py"))
    lock, stamp = ROOT / "requirements" / "base.txt", tmp_path / "stamp"
    stamp.write_text(install["digest"]([lock]))
    os.utime(stamp, (0, 0))
    assert install["is_current"](stamp, install["digest"]([lock]))
    assert not install["is_current"](stamp, install["digest"]([lock, ROOT / "requirements" / "dev.txt"]))
    assert not install["is_current"](tmp_path / "none", install["digest"]([lock]))


def test_no_lock_names_the_machine_that_it_was_made_on():
    for path in (*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"):
        text = path.read_text()
        assert "index-url" not in text
        assert "find-links" not in text
        assert "://127." not in text
