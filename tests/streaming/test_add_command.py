import os
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.accounts.enums import Role
from apps.catalog.models import Item
from apps.jobs.models import Job
from apps.media.models import Asset
from apps.streaming.models import Generation
from tests import clips
from tests.conftest import make_person
from tests.jobs.running import run_jobs


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    """Nobody else writes there, so that what is left behind can be counted."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def add(*arguments: object) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("add", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def stored() -> set[Path]:
    return {path for name in ("assets", "streams") for path in (Path(settings.MEDIA_ROOT) / name).glob("**/*")}


def test_a_file_becomes_an_item_of_the_sites_owner(db):
    owner = make_person("ada", Role.OWNER)
    status, out, err = add(clips.clip("short"), "--title", "Evening")
    item = Item.objects.get()
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"{item.pk} http://\S+/i/evening-{item.pk}/\n", out)
    assert (item.owner, item.title, item.kind, item.state) == (owner, "Evening", "video", "preparing")
    run_jobs()
    item.refresh_from_db()
    assert item.state == "ready"
    assert item.duration_ms == pytest.approx(3000, abs=60)


def test_words_in_another_encoding_are_taken_as_far_as_they_can_be_read(db):
    latin = os.fsdecode(b"Gr\xfc\xdfe")
    assert add(clips.clip("short"), "--title", latin)[0] == 0
    assert Item.objects.get().title == "Gr\ufffd\ufffde"
    assert add(clips.clip("short"), "--owner", latin) == (1, "", "There is no account called Gr\ufffd\ufffde.\n")


def bad_files(folder: Path) -> dict[str, Path]:
    whole = clips.clip("short").read_bytes()
    contents = {
        "text.mp4": b"only words\n" * 100,
        "noise.mp4": os.urandom(300_000),
        "zero.mp4": b"",
        "cut.mp4": whole[: len(whole) // 2],
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", 1, folder / "picture.png")
    return {name: folder / name for name in (*contents, "picture.png", "missing.mp4", ".")}


@pytest.mark.parametrize("name", ["text.mp4", "noise.mp4", "zero.mp4", "cut.mp4", "picture.png", "missing.mp4", "."])
def test_bad_input_gets_one_sentence_and_leaves_nothing(owner, tmp_path, name):
    before = stored()
    status, out, err = add(bad_files(tmp_path)[name], "--wait")
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert err.endswith(".\n")
    assert not Item.objects.exists()
    assert not Asset.objects.exists()
    assert not Job.objects.exists()
    assert stored() == before


def test_an_unknown_owner_is_refused(owner):
    status, _, err = add(clips.clip("short"), "--owner", "nobody")
    assert (status, err) == (1, "There is no account called nobody.\n")
    assert not Item.objects.exists()


def test_a_sample_is_encoded_as_one(owner):
    assert add(clips.clip("sound"), "--kind", "sample")[0] == 0
    run_jobs()
    generation = Generation.objects.published().get(item__kind="sample")
    (track,) = generation.what_to_make.audio
    assert [(rung.name, track.segment_s) for rung in track.rungs] == [("a320", 2)]


def test_a_kind_that_does_not_fit_the_file_is_refused(owner):
    status, _, err = add(clips.clip("sound"), "--kind", "movie")
    assert (status, err[:35]) == (1, "There are no pictures in this file:")
    status, _, err = add(clips.clip("short"), "--kind", "sample")
    assert (status, err[:32]) == (1, "There are pictures in this file:")
    assert not Item.objects.exists()


def test_waiting_for_what_cannot_be_encoded_ends_with_its_sentence(owner, monkeypatch, tmp_path):
    """A source that is gone by the time it is needed: the job fails for good while `--wait` looks on."""
    import time

    def work_instead_of_sleeping(_: float) -> None:
        for asset in Asset.objects.all():
            asset.file.unlink()  # a hard link: writing into it would damage the clip itself
            asset.file.write_bytes(b"gone")
        run_jobs()

    monkeypatch.setattr(time, "sleep", work_instead_of_sleeping)
    status, _, err = add(clips.clip("short"), "--owner", "olive", "--wait")
    assert status == 1
    assert err == "This file could not be encoded: it seems to be damaged.\n"
    item = Item.objects.get()
    assert (item.state, item.trouble) == ("failed", err.strip())
    assert item.asset.file.exists()


def test_whoever_waits_is_told_that_the_same_is_there_already(owner, stranger, monkeypatch):
    import time

    monkeypatch.setattr(time, "sleep", lambda _: run_jobs())
    assert add(clips.clip("sound"), "--owner", "olive", "--title", "Old", "--wait")[2] == ""
    known = Item.objects.get()
    status, out, err = add(clips.clip("sound"), "--owner", "olive", "--title", "New", "--wait")
    assert status == 0
    assert err.startswith("You already have this: Old (http")
    assert err.endswith(f"{known.get_absolute_url()}).\n")
    new = Item.objects.get(title="New")
    assert out.startswith(str(new.pk))
    assert (new.state, new.asset_id, new.duplicate_of) == ("ready", known.asset_id, known)
    assert add(clips.clip("sound"), "--owner", "sven", "--wait")[2] == ""


def test_a_file_brings_its_words_and_its_picture(owner):
    assert add(clips.clip("short"), "--owner", "olive")[0] == 0
    run_jobs()
    item = Item.objects.get()
    assert (item.state, item.cover_origin, item.cover_widths) == ("ready", "frame", [320])
    assert item.asset.sha256
    assert item.described_at


def test_who_listens_no_longer_does_not_stop_it(owner):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        call_command("add", str(clips.clip("short")), stdout=nobody)
    assert Item.objects.get().title == "short"
