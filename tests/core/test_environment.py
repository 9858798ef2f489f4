import os

import pytest

from apps.core.embedded.dotenv import load_file
from config import env


@pytest.fixture
def variables(monkeypatch):
    monkeypatch.setattr(os, "environ", {})  # pytest writes into the real one
    return os.environ


def test_a_file_of_variables_fills_what_the_environment_leaves_open(variables, tmp_path):
    file = tmp_path / ".env"
    file.write_text("# said once\n\nPORT=9000\nexport NAME = 'a #b $c'\nEMPTY=   # nothing\nKEY=x=y#z  # a remark\n")
    variables["PORT"] = "8100"
    load_file(file)
    variables.pop("PYTEST_CURRENT_TEST", None)
    assert variables == {"PORT": "8100", "NAME": "a #b $c", "EMPTY": "", "KEY": "x=y#z"}
    load_file(tmp_path / "none")


def test_a_line_that_is_no_variable_is_named(variables, tmp_path):
    (tmp_path / ".env").write_text("PORT=1\nwhat is this\n")
    with pytest.raises(SystemExit, match=r"Line 2 of .*\.env is not NAME=value"):
        load_file(tmp_path / ".env")


def test_a_secret_may_lie_in_a_file(variables, tmp_path):
    (tmp_path / "password").write_text("p@ss:/? word\n")
    variables["POSTGRES_PASSWORD_FILE"] = str(tmp_path / "password")
    variables["POSTGRES_PASSWORD"] = "not this"
    assert env.read_secret("POSTGRES_PASSWORD") == "p@ss:/? word"
    variables["POSTGRES_PASSWORD_FILE"] = str(tmp_path / "none")
    with pytest.raises(SystemExit, match="POSTGRES_PASSWORD_FILE must be a file that can be read"):
        env.read_secret("POSTGRES_PASSWORD")


@pytest.mark.parametrize("value", ["many", "1.5", "-1"])
def test_a_number_that_does_not_fit_is_named(variables, value):
    variables["SLOTS"] = value
    with pytest.raises(SystemExit, match="SLOTS must be"):
        env.read_int("SLOTS", 3)


def test_yes_and_no_are_read_and_nothing_else(variables):
    variables.update(A="TRUE", B="off", C="perhaps")
    assert (env.read_bool("A"), env.read_bool("B"), env.read_bool("D", default=True)) == (True, False, True)
    with pytest.raises(SystemExit, match="C must be 1 or 0"):
        env.read_bool("C")
