"""A file's whole way: made here, kept in S3, played, encoded again, moved back, thrown away."""

import datetime as dt
import hashlib
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.catalog.services.empty_trash import empty_trash
from apps.catalog.services.trash import trash_item
from apps.jobs.enums import State as JobState
from apps.jobs.models import Job
from apps.jobs.services.periodic import submit_periodic
from apps.media.enums import Place
from apps.media.models import Asset
from apps.media.services.collect import collect_removed_assets, drop_other_assets
from apps.media.services.local import local_copy
from apps.media.services.move import BOTH_KEPT, move_asset
from apps.media.storage.copies import copies_folder
from apps.media.work import MOVE_ASSET
from apps.streaming.enums import State
from apps.streaming.models import Generation
from apps.streaming.services.again import encode_again
from apps.streaming.services.collect import collect_streams
from apps.streaming.services.collect_objects import collect_objects
from apps.streaming.services.ingest import ingest_file
from apps.streaming.services.move import move_generation
from apps.streaming.work import MOVE_STORAGE
from tests import clips
from tests.jobs.running import one_by_one, run_jobs
from tests.streaming.making import make_full_stream
from tests.uploads.sending import Sender

pytestmark = pytest.mark.django_db

LATER = BOTH_KEPT + dt.timedelta(minutes=1)
A_DAY_LATER = dt.timedelta(hours=26)


@pytest.fixture(autouse=True)
def _quick(settings, media):
    settings.STREAMING = {"preset": "ultrafast", "gate_cache_s": 0}


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def drop(after: dt.timedelta = LATER) -> None:
    drop_other_assets(timezone.now() + after)
    collect_objects(now=timezone.now() + after, check=lambda: None)


def move_everything(to: str, *options: str) -> str:
    said = StringIO()
    call_command("storage", "move", "--to", to, *options, stdout=said)
    run_jobs()
    return said.getvalue()


@pytest.fixture
def film(owner, tmp_path) -> Item:
    """Encoded, and wherever new things live. Its file is its own: what is ingested is linked, and locks are the inode's."""
    own = Path(shutil.copy(clips.clip("short"), tmp_path))
    made, _ = ingest_file(path=own, title="Short", owner=owner)
    run_jobs()
    return Item.objects.get(pk=made.pk)


def read_all(client, item: Item) -> dict[str, bytes]:
    """Everything that the playlists of an item lead to."""
    base = client.get(f"/hls/{item.pk}/master.m3u8")["Location"].removesuffix("master.m3u8")
    found: dict[str, bytes] = {}
    names = ["master.m3u8"]
    while names:
        name = names.pop()
        answer = client.get(base + name)
        assert answer.status_code == 200, name
        found[name] = b"".join(answer) if answer.streaming else answer.content
        if name.endswith(".m3u8"):
            folder = name.rpartition("/")[0]
            for line in found[name].decode().splitlines():
                named = (
                    line.split('URI="')[1].split('"')[0] if 'URI="' in line else "" if line.startswith("#") else line
                )
                names += [f"{folder}/{named}".lstrip("/")] if named else []
    return found


def test_what_is_finished_goes_to_s3_and_the_disk_is_cleared_an_hour_later(s3_home, media, film, client):
    generation = Generation.objects.get(item=film)
    asset = film.asset
    asset.refresh_from_db()
    assert (generation.storage, asset.storage) == (Place.S3, Place.S3)
    assert set(s3_home.names()) == files_below(media), "also the pictures for the seek bar, which are made later"
    here = {name for name in files_below(media) if not name.startswith("covers/")}
    drop(dt.timedelta(minutes=50))
    assert files_below(media) >= here
    drop()
    assert not files_below(media) & here
    assert not Generation.objects.get(item=film).other_copy
    played = read_all(client, film)
    assert any(name.endswith(".m4s") for name in played)


def test_a_stream_can_be_encoded_again_from_s3(s3_home, media, film, client):
    drop()
    encode_again(item=film)
    run_jobs()
    assert not files_below(media / "assets")
    assert [path.name for path in copies_folder().glob("[!.]*")] == [film.asset.path.replace("/", "_")]
    old, new = Generation.objects.filter(item=film).order_by("number")
    assert (old.state, new.state, new.storage) == (State.RETIRED, State.PUBLISHED, Place.S3)
    drop()
    assert read_all(client, film)
    collect_streams(now=timezone.now() + A_DAY_LATER)
    drop(A_DAY_LATER)
    assert {key.split("/")[2] for key in s3_home.names() if key.startswith("streams/")} == {"g2"}
    assert Generation.objects.get(item=film, number=1).storage == Place.LOCAL


def test_everything_is_moved_there_and_back_and_plays_all_the_time(s3_known, media, film, client):
    before, files = read_all(client, film), files_below(media)
    assert s3_known.names() == []
    call_command("storage", "move", "--to", "s3", stdout=StringIO())
    for _ in one_by_one():
        assert read_all(client, film) == before
    assert Generation.objects.get(item=film).storage == Place.S3
    drop()
    assert not files_below(media / "streams")
    assert read_all(client, film) == before
    move_everything("local")
    assert read_all(client, film) == before
    assert s3_known.names()
    drop()
    assert s3_known.names() == []
    assert files_below(media) == files
    assert read_all(client, film) == before
    assert "0 sources and 0 streams" in move_everything("local")


def test_a_dry_run_and_a_limit_are_kept_to(s3_known, owner):
    for _ in range(3):
        make_full_stream(owner)
    assert "3 sources and 3 streams" in move_everything("s3", "--dry-run")
    assert not Job.objects.exists()
    move_everything("s3", "--limit", "4")
    assert Asset.objects.filter(storage=Place.S3).count() == 3
    assert Generation.objects.filter(storage=Place.S3).count() == 1


def test_without_a_bucket_the_command_says_what_is_missing(capsys):
    with pytest.raises(SystemExit):
        call_command("storage", "move", "--to", "s3")
    assert "S3_BUCKET" in capsys.readouterr().err


def test_a_move_that_is_stopped_in_the_middle_changes_nothing_and_goes_on(s3_known, owner, media):
    generation = make_full_stream(owner)
    files = files_below(media)
    s3_known.fail(403, "AccessDenied", when=lambda method, path, _: method == "PUT" and "seg_" in path)
    move_generation(generation=generation, to=Place.S3)
    run_jobs()
    generation.refresh_from_db()
    assert (generation.storage, generation.other_copy) == (Place.LOCAL, True)
    assert files_below(media) == files
    job = Job.objects.get()
    assert (job.state, job.error_code) == (JobState.QUEUED, "storage_away"), "it waits for its next attempt"
    sent = len(s3_known.requests)
    Job.objects.update(run_after=timezone.now())
    run_jobs()
    generation.refresh_from_db()
    assert generation.storage == Place.S3
    again = {path for method, path, _, _ in s3_known.requests[sent:] if method == "PUT"}
    assert f"/bandstand/{generation.prefix}v360/seg_00001.m4s" in again
    assert f"/bandstand/{generation.prefix}master.m3u8" not in again, "what was there is not sent twice"


def test_what_was_half_moved_and_given_up_is_cleared_from_s3(s3_known, owner, media):
    generation = make_full_stream(owner)
    files = files_below(media)
    s3_known.fail(403, "AccessDenied", when=lambda method, path, _: method == "PUT" and "seg_" in path)
    move_generation(generation=generation, to=Place.S3)
    run_jobs()
    assert s3_known.names()
    drop()
    assert s3_known.names() == []
    assert files_below(media) == files
    Job.objects.update(run_after=timezone.now())
    run_jobs()
    generation.refresh_from_db()
    assert generation.storage == Place.S3


def test_while_s3_is_away_nothing_is_lost_and_people_hear_a_sentence(s3_known, owner, client, settings):
    generation = make_full_stream(owner)
    move_everything("s3")
    drop()
    s3_known.fail(503, "ServiceUnavailable", times=50)
    base = client.get(f"/hls/{generation.item_id}/master.m3u8")["Location"].removesuffix("master.m3u8")
    settings.STORAGES = {**settings.STORAGES, "s3": s3_known.storage(quick=True)}
    answer = client.get(base + "v360/seg_00001.m4s")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert "storage of this site does not answer" in answer.content.decode()
    Asset.objects.update(state="removed", removed_at=timezone.now() - A_DAY_LATER, probe={})
    Item.objects.update(asset=None)
    assert run_of("media.collect") == (JobState.QUEUED, "storage_away")
    assert Asset.objects.count() == 1
    s3_known.reset_failures()
    Job.objects.update(run_after=timezone.now())
    run_jobs()
    assert Asset.objects.count() == 0
    assert not [key for key in s3_known.names() if key.startswith("assets/")]
    assert client.get(base + "v360/seg_00001.m4s").status_code == 200


def run_of(kind: str) -> tuple[str, str]:
    submit_periodic(kind=kind)
    run_jobs()
    job = Job.objects.get(kind=kind)
    return job.state, job.error_code


def test_the_trash_takes_the_objects_along(s3_home, media, film, owner):
    trash_item(item=film, viewer=viewer_of(owner))
    drop()
    assert empty_trash(now=timezone.now() + dt.timedelta(days=31)) == 1
    run_jobs()
    later = timezone.now() + dt.timedelta(days=33)
    collect_removed_assets(later)
    collect_objects(now=later, check=lambda: None)
    assert s3_home.names() == []


def test_streams_of_items_that_are_gone_stay_a_day(s3_home, film):
    Item.objects.all().delete()
    drop()
    assert any(key.startswith("streams/") for key in s3_home.names())
    drop(A_DAY_LATER)
    assert not any(key.startswith("streams/") for key in s3_home.names())


def test_a_stream_with_a_lost_file_is_not_moved_and_the_rest_is(s3_known, owner):
    broken, whole = make_full_stream(owner), make_full_stream(owner)
    (broken.folder / "master.m3u8").unlink()
    move_everything("s3")
    assert Job.objects.get(kind=MOVE_STORAGE).result == {"moved": 3, "lost": 1}
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.storage, whole.storage) == (Place.LOCAL, Place.S3)


def test_bytes_that_changed_in_s3_are_not_moved_back(s3_known, owner):
    asset = make_full_stream(owner).item.asset
    move_everything("s3")
    drop()
    found = s3_known.client.head_object(Bucket="bandstand", Key=asset.path)
    s3_known.client.put_object(Bucket="bandstand", Key=asset.path, Body=b"other", Metadata=found["Metadata"])
    asset.refresh_from_db()
    move_asset(asset=asset, to=Place.LOCAL)
    run_jobs()
    asset.refresh_from_db()
    assert asset.storage == Place.S3
    assert not asset.file.exists()
    assert Job.objects.get(kind=MOVE_ASSET, state=JobState.QUEUED).error_code == "storage_away"


def test_a_file_that_somebody_reads_is_not_cleared_away(s3_known, owner):
    asset = make_full_stream(owner).item.asset
    with local_copy(asset) as path:
        move_everything("s3")
        drop()
        assert path.exists()
    drop()
    assert not path.exists()
    with local_copy(asset) as copy:
        assert copy.read_bytes() == object_of(s3_known, asset)
        assert copy != path


def object_of(s3, asset) -> bytes:
    return s3.client.get_object(Bucket="bandstand", Key=asset.path)["Body"].read()


def test_copies_are_fetched_once_and_the_longest_unused_makes_room(s3_known, owner, settings):
    settings.MEDIA_CACHE_BYTES = 25_000  # two files of 10,240 bytes
    assets = [make_full_stream(owner).item.asset for _ in range(3)]
    move_everything("s3")
    drop()

    def names() -> set[str]:
        return {path.name for path in copies_folder().glob("[!.]*")}

    with local_copy(assets[0]) as first:
        sent = len(s3_known.requests)
        with local_copy(assets[0]) as same:
            assert (same, len(s3_known.requests)) == (first, sent)
        for asset in assets[1:]:
            with local_copy(asset):
                pass
        assert names() == {assets[0].path.replace("/", "_"), assets[2].path.replace("/", "_")}, "the first one is read"


def test_a_source_that_s3_has_lost_fails_its_encoding_with_a_sentence(s3_known, film):
    move_everything("s3")
    drop()
    s3_known.client.delete_object(Bucket="bandstand", Key=film.asset.path)
    encode_again(item=film)
    run_jobs()
    job = Job.objects.filter(kind="streaming.publish").latest("created_at")
    assert (job.state, job.error_code) == (JobState.FAILED, "file_gone")
    assert Generation.objects.published().filter(item=film).exists()


def test_an_upload_ends_in_s3_with_its_very_bytes(s3_home, owner, client):
    content = clips.clip("short").read_bytes()
    sender = Sender(owner)
    told = sender.told(sender.send(content, piece=20_000, filename="my film.mp4", filetype="video/mp4"))
    assert told["state"] == "checking"
    run_jobs()
    item = Item.objects.select_related("asset").get()
    drop()
    assert not item.asset.file.exists()
    assert object_of(s3_home, item.asset) == content
    assert item.asset.sha256 == hashlib.sha256(content).hexdigest()
    assert read_all(client, item)
