"""A disk without room: `/dev/full` is the kernel's own, so that this needs no rights and no disk to fill."""

import errno
import os
from pathlib import Path

import pytest

from apps.core import site_settings
from apps.media import disk
from apps.media.errors import DiskFull
from apps.media.room import KEEP_FREE, Room, full_disk_told, prove_room

FULL = Path("/dev/full")


def test_a_full_disk_is_told_as_one():
    with pytest.raises(DiskFull, match="No space left"), full_disk_told():
        FULL.write_bytes(b"x")


def test_a_quota_that_is_used_up_is_a_full_disk():
    with pytest.raises(DiskFull), full_disk_told():
        raise OSError(errno.EDQUOT, "Disk quota exceeded")


def test_other_troubles_with_files_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError), full_disk_told():
        (tmp_path / "none").read_bytes()


def test_where_something_can_be_written_there_is_room_and_nothing_stays(tmp_path):
    prove_room(tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_begun_while_less_is_free_than_is_to_be_kept(moderator, settings, tmp_path):
    settings.WORK_DIR = tmp_path / "not" / "there" / "yet"
    Room().check()
    site_settings.set(KEEP_FREE, 1_000_000_000, by=moderator)
    with pytest.raises(DiskFull, match="MB are kept free"):
        Room().check()


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path):
    target = tmp_path / "playlist.m3u8"
    disk.write(target, "old")
    (tmp_path / ".playlist.m3u8.part").symlink_to(FULL)
    with pytest.raises(OSError, match="No space left"):
        disk.write(target, "new" * 5000)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"playlist.m3u8": "old"}


def _across_disks(monkeypatch, number):
    """Moving to `there` fails with this error, as between two disks; what is copied arrives."""
    replace = Path.replace

    def move(source, target):
        if source.parent != Path(target).parent:
            raise OSError(number, os.strerror(number))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", move)


def test_between_two_disks_a_file_is_copied_whole_or_not_at_all(tmp_path, monkeypatch):
    source, there = tmp_path / "made", tmp_path / "there"
    source.write_bytes(b"bytes" * 1000)
    there.mkdir()
    _across_disks(monkeypatch, errno.EXDEV)
    (there / ".made.part").symlink_to(FULL)
    with pytest.raises(OSError, match="No space left"):
        disk.place(source, there / "made")
    assert source.exists()
    assert not list(there.iterdir())
    disk.place(source, there / "made")
    assert (there / "made").read_bytes() == b"bytes" * 1000
    assert not source.exists()


def test_a_file_that_cannot_be_moved_is_not_copied_instead(tmp_path, monkeypatch):
    source, there = tmp_path / "made", tmp_path / "there"
    source.write_bytes(b"bytes")
    there.mkdir()
    _across_disks(monkeypatch, errno.ENOSPC)
    with pytest.raises(DiskFull), full_disk_told():
        disk.place(source, there / "made")
    assert not list(there.iterdir())
