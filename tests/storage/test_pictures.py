"""Pictures of items and people: a lasting copy in S3, a working copy on the disk."""

import datetime as dt
import os
import shutil
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.avatars import avatar_names, avatar_url, avatars_folder
from apps.accounts.enums import Audience, Role
from apps.accounts.models import User
from apps.accounts.services.avatar import take_avatar_away
from apps.accounts.services.leave import delete_person
from apps.catalog.access import viewer_of
from apps.catalog.covers import covers_folder
from apps.catalog.enums import Kind
from apps.catalog.models import Item
from apps.catalog.services.choose_cover import choose_cover, reset_cover
from apps.catalog.services.empty_trash import empty_trash
from apps.core.breaker import Breaker
from apps.jobs.enums import Priority
from apps.jobs.enums import State as JobState
from apps.jobs.models import Job
from apps.media.errors import StorageTrouble
from apps.media.services.sweep_pictures import sweep_pictures
from apps.media.storage import pictures
from apps.media.work import KEEP_PICTURES, MOVE_PICTURES
from apps.streaming.work import MOVE_STORAGE
from apps.web.services.avatar import choose_avatar
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.png import png

pytestmark = pytest.mark.django_db

SMALL, LARGE = png(64, 36, (20, 60, 200)), png(700, 400)
A_DAY_LATER = dt.timedelta(hours=25)


@pytest.fixture(autouse=True)
def _fresh(settings, media, monkeypatch):
    settings.WORK_DIR.mkdir()
    monkeypatch.setattr(pictures, "breaker", Breaker("pictures"))


@pytest.fixture
def made(django_capture_on_commit_callbacks):
    """Does something, what follows its commit, and the jobs."""

    def do(work, *args, **named):
        with django_capture_on_commit_callbacks(execute=True):
            found = work(*args, **named)
        run_jobs()
        return found

    return do


@pytest.fixture
def item(owner) -> Item:
    return make_item(owner)


def make_item(owner, **fields) -> Item:
    wanted = {"kind": Kind.VIDEO, "state": "ready", "published_at": timezone.now(), **fields}
    return Item.objects.create(owner=owner, title="Film", slug=f"film-{Item.objects.count()}", **wanted)


def choose(item: Item, content: bytes = LARGE) -> None:
    choose_cover(item=item, viewer=viewer_of(item.owner), content=[content])
    item.refresh_from_db()


def files(media) -> dict[str, bytes]:
    return {path.relative_to(media).as_posix(): path.read_bytes() for path in media.rglob("*") if path.is_file()}


def objects(s3) -> dict[str, bytes]:
    return {key: s3.client.get_object(Bucket="bandstand", Key=key)["Body"].read() for key in s3.names()}


def lose_disk(media) -> None:
    shutil.rmtree(media)
    media.mkdir()


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def move(to: str, *options: str) -> str:
    said = StringIO()
    call_command("storage", "move", "--to", to, *options, stdout=said)
    run_jobs()
    return said.getvalue()


def test_what_is_chosen_is_pushed_by_a_job_below_all_others_and_not_by_the_request(s3_home, media, item, member, made):
    choose(item)
    choose_avatar(person=member, content=[LARGE])
    assert s3_home.requests == []
    assert {job.priority for job in Job.objects.filter(kind=KEEP_PICTURES)} == {Priority.LOW}
    run_jobs()
    assert objects(s3_home) == files(media)
    assert len(item.cover_widths) > 1
    assert set(s3_home.names()) == {url.lstrip("/") for url in map(item.picture.url_of, item.cover_widths)} | {
        f"avatars/{member.pk}/{name}" for name in avatar_names(member.avatar)
    }
    head = s3_home.client.head_object(Bucket="bandstand", Key=item.picture.url.lstrip("/"))
    assert (head["ContentType"], len(head["Metadata"]["sha256"])) == ("image/webp", 64)


def test_without_a_bucket_nothing_is_asked_for(media, item, member):
    choose(item)
    choose_avatar(person=member, content=[LARGE])
    assert not Job.objects.exists()


def test_a_lost_disk_is_filled_again_from_s3_with_the_same_bytes(s3_home, media, item, member, made, client):
    made(choose, item)
    made(choose_avatar, person=member, content=[LARGE])
    before = files(media)
    lose_disk(media)
    client.force_login(member)
    for url in (item.picture.url, avatar_url(member.pk, member.avatar)):
        asked = len(s3_home.requests)
        answer = client.get(url)
        assert (answer.status_code, body(answer), answer["Content-Type"]) == (200, before[url[1:]], "image/webp")
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        assert len(s3_home.requests) > asked
        asked = len(s3_home.requests)
        assert body(client.get(url, headers={"Range": "bytes=0-3"})) == b"RIFF"
        assert len(s3_home.requests) == asked, "it lies on the disk again"
    assert client.head(item.picture.url_of(item.cover_widths[0])).status_code == 200
    assert files(media).items() <= before.items()
    assert not list(media.rglob("*.part"))


def test_what_is_hidden_stays_hidden_and_s3_is_not_even_asked(s3_home, media, item, member, stranger, made, client):
    made(choose, item)
    made(choose_avatar, person=member, content=[LARGE])
    lose_disk(media)
    Item.objects.filter(pk=item.pk).update(published_at=None)
    User.objects.filter(pk=member.pk).update(profile_seen_by=Audience.NOBODY)
    asked = len(s3_home.requests)
    for viewer in (None, stranger):
        if viewer:
            client.force_login(viewer)
        for url in (item.picture.url, avatar_url(member.pk, member.avatar)):
            assert client.get(url).status_code == 404, (viewer, url)
        assert client.get(item.picture.url.replace(item.cover, "f" * 16)).status_code == 404
    assert len(s3_home.requests) == asked
    client.force_login(item.owner)
    assert client.get(item.picture.url).status_code == 200


def test_another_picture_replaces_both_copies(s3_home, media, item, member, made):
    made(choose, item)
    made(choose_avatar, person=member, content=[LARGE])
    before = set(s3_home.names())
    made(choose, item, SMALL)
    made(choose_avatar, person=member, content=[SMALL])
    assert objects(s3_home) == files(media)
    assert not before & set(s3_home.names())
    made(reset_cover, item=item, viewer=viewer_of(item.owner))
    made(take_avatar_away, person=member)
    assert (s3_home.names(), files(media)) == ([], {})


def test_late_jobs_keep_what_the_row_says_now(s3_home, media, item):
    """Three changes before any of their jobs runs; the last is the first picture again."""
    for content in (LARGE, SMALL, LARGE):
        choose(item, content)
    run_jobs()
    named = {item.picture.url_of(width).lstrip("/") for width in item.cover_widths}
    assert set(s3_home.names()) == named
    assert Job.objects.filter(kind=KEEP_PICTURES, state=JobState.SUCCEEDED).count() == 3


def test_who_goes_takes_both_copies_along(s3_home, media, item, member, made):
    kept = make_item(item.owner)
    for one in (item, kept):
        made(choose, one)
    made(choose_avatar, person=member, content=[LARGE])
    Item.objects.filter(pk=item.pk).update(trashed_at=timezone.now() - dt.timedelta(days=40))
    assert made(empty_trash, now=timezone.now()) == 1
    User.objects.filter(pk=member.pk).update(leaving_at=timezone.now())
    assert made(delete_person, person_id=member.pk, now=timezone.now())
    assert objects(s3_home) == files(media)
    assert {name.split("/")[1] for name in s3_home.names()} == {str(kept.pk)}
    assert not avatars_folder(member.pk).exists()


def test_everything_is_moved_there_and_back(s3_known, media, owner, member, client, made):
    items = [make_item(owner) for _ in range(3)]
    for item in items:
        made(choose, item)
    made(choose_avatar, person=member, content=[LARGE])
    before = files(media)
    assert s3_known.names() == [], "new things live on the disk"
    assert "4 pictures" in move("s3", "--dry-run")
    move("s3", "--limit", "1")
    assert len({name.rpartition("/")[0] for name in s3_known.names()}) == 1
    assert "3 pictures" in move("s3")
    assert objects(s3_known) == before
    assert "0 pictures" in move("s3")
    assert Job.objects.filter(kind=MOVE_STORAGE).count() == 2
    lose_disk(media)
    assert body(client.get(items[0].picture.url)) == before[items[0].picture.url[1:]]
    assert "4 pictures" in move("local")
    assert (files(media), s3_known.names()) == (before, [])
    assert "0 pictures" in move("local")


def test_a_move_goes_on_where_it_was_stopped_and_tells_what_is_lost(s3_known, media, owner, made):
    items = [make_item(owner) for _ in range(3)]
    for item in items:
        made(choose, item)
    shutil.rmtree(covers_folder(items[1].pk))
    s3_known.fail(403, "AccessDenied", when=lambda method, path, _: method == "PUT" and str(items[2].pk) in path)
    move("s3")
    assert set(s3_known.names()) < set(files(media))
    job = Job.objects.get(kind=MOVE_PICTURES)
    assert (job.state, job.error_code) == (JobState.QUEUED, "storage_away")
    Job.objects.update(run_after=timezone.now())
    run_jobs()
    assert objects(s3_known) == files(media)
    assert Job.objects.get(kind=MOVE_STORAGE).result == {"moved": 2, "lost": 1}
    assert "1 picture." in move("s3", "--dry-run")


def test_bytes_that_changed_in_s3_come_to_no_disk(s3_home, media, item, made, client):
    made(choose, item)
    before = files(media)
    name = item.picture.url.lstrip("/")
    found = s3_home.client.head_object(Bucket="bandstand", Key=name)
    s3_home.client.put_object(Bucket="bandstand", Key=name, Body=b"other", Metadata=found["Metadata"])
    move("local")
    assert files(media) == before
    assert set(s3_home.names()) == set(before), "nothing is removed that is not proved to be on the disk"
    lose_disk(media)
    assert client.get(item.picture.url).status_code == 503
    assert not (media / name).exists()
    assert client.get(item.picture.url_of(item.cover_widths[0])).status_code == 200, "it is this one's fault, not S3's"


def test_while_s3_is_away_pages_go_on_and_pictures_say_so(s3_home, media, item, member, made, client):
    other = make_item(item.owner)
    made(choose, item)
    shutil.rmtree(covers_folder(item.pk))
    s3_home.fail(503, "ServiceUnavailable", times=50)
    made(choose, other)
    job = Job.objects.get(kind=KEEP_PICTURES, state=JobState.QUEUED)
    assert job.error_code == "storage_away"
    assert client.get(other.picture.url).status_code == 200
    assert client.get("/browse/").status_code == 200
    answer = client.get(item.picture.url)
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert "storage of this site does not answer" in answer.content.decode()
    asked = len(s3_home.requests)
    assert client.get(item.picture.url).status_code == 503
    assert len(s3_home.requests) == asked, "it is left alone for a while"
    s3_home.reset_failures()
    pictures.breaker.succeeded()
    assert client.get(item.picture.url).status_code == 200
    Job.objects.update(run_after=timezone.now())
    run_jobs()
    assert other.picture.url[1:] in s3_home.names()


def test_what_neither_side_has_is_not_there(s3_home, media, item, made, client):
    made(choose, item)
    lose_disk(media)
    s3_home.client.delete_object(Bucket="bandstand", Key=item.picture.url[1:])
    assert client.get(item.picture.url).status_code == 404
    with pytest.raises(FileNotFoundError):
        pictures.fetch(item.picture.url[1:])


def test_only_one_fetches_and_the_others_wait_for_a_bounded_time(s3_home, media, item, made, monkeypatch):
    made(choose, item)
    lose_disk(media)
    name = item.picture.url[1:]
    monkeypatch.setattr(pictures, "_WAIT_S", 0.2)
    with pictures._alone(name), pytest.raises(StorageTrouble):
        pictures.fetch(name)
    assert pictures.fetch(name).exists()


def test_the_sweep_removes_what_nothing_has_any_more(s3_home, media, owner, made):
    kept, gone = make_item(owner), make_item(owner)
    for one in (kept, gone):
        made(choose, one)
    before = {name for name in files(media) if str(kept.pk) in name}
    stale = covers_folder(kept.pk) / f"{'a' * 16}-320.webp"
    stale.write_bytes(b"old")
    s3_home.client.put_object(Bucket="bandstand", Key=f"covers/{kept.pk}/{stale.name}", Body=b"old")
    Item.objects.filter(pk=gone.pk).delete()
    assert sweep_pictures(now=timezone.now(), check=lambda: None) == 0, "it may be of one that is just being placed"
    assert len(s3_home.names()) > len(before)
    assert sweep_pictures(now=timezone.now() + A_DAY_LATER, check=lambda: None) == 4
    assert set(files(media)) == set(s3_home.names()) == before
    assert not covers_folder(gone.pk).exists()


def test_the_clock_sweeps_the_disk_without_a_bucket_too(media, owner):
    item = make_item(owner)
    choose(item)
    before = files(media)
    folder = media / "avatars" / str(owner.pk)
    folder.mkdir(parents=True)
    for name in ("x.webp", "x.webp.part"):
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    assert sweep_pictures(now=timezone.now(), check=lambda: None) == 1
    assert files(media) == before
    assert not folder.exists()


def test_staff_move_the_pictures_that_they_choose(s3_known, media, item, made, client, member):
    other = make_item(item.owner)
    made(choose, item)
    operator = make_person("opal", Role.OWNER)
    wanted = {"action": "cover_to_s3", "_selected_action": [str(item.pk), str(other.pk)]}
    client.force_login(member)
    assert client.post("/admin/catalog/item/", wanted).status_code in {302, 403}
    assert not Job.objects.filter(kind=KEEP_PICTURES, state=JobState.QUEUED).exists()
    client.force_login(operator)
    said = client.post("/admin/catalog/item/", wanted, follow=True).content.decode()
    assert "Queued to be moved to S3: 1" in said
    assert "There is no picture to move." in said
    run_jobs()
    assert objects(s3_known) == files(media)
    client.post("/admin/catalog/item/", {**wanted, "action": "cover_to_disk"}, follow=True)
    run_jobs()
    assert s3_known.names() == []
