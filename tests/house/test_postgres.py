import os

import pytest

from apps.core.embedded import postgres
from apps.core.embedded.postgres import ClusterError, ensure_cluster


def test_a_folder_that_cannot_be_made_is_told_with_its_reason_and_leaves_nothing(tmp_path):
    data = tmp_path / "there" / "postgres"
    data.parent.write_text("a file where the folder should be")
    with pytest.raises(ClusterError, match=r"could not make its folder .*postgres: initdb: error: .*Not a directory"):
        ensure_cluster(data)
    assert os.listdir(tmp_path) == ["there"]


def test_the_reason_is_the_line_that_says_why():
    said = "creating directory\nFATAL:  could not write: No space left on device\ninitdb: removing data directory\n"
    assert postgres._reason(said) == "FATAL:  could not write: No space left on device"
    assert postgres._reason("") == "it gave no reason"


def test_a_first_start_that_was_cut_off_is_done_again(tmp_path):
    """What is left of it is a draft; the cluster itself is there whole or not at all."""
    data = tmp_path / "postgres"
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("16\n")
    assert ensure_cluster(data, durable=False)
    assert os.listdir(tmp_path) == ["postgres"]
    assert not ensure_cluster(data)


def test_a_folder_with_something_else_in_it_is_left_as_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(ClusterError, match="holds something that is no database"):
        ensure_cluster(tmp_path)
    assert os.listdir(tmp_path) == ["notes.txt"]
