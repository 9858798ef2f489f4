import datetime as dt
import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.catalog.models import Item
from apps.core import site_settings
from apps.jobs.models import Job
from apps.jobs.services.periodic import submit_periodic
from apps.streaming.conf import cap_setting
from apps.streaming.enums import State
from apps.streaming.models import Generation, streams_folder
from apps.streaming.services.again import encode_again, outdated
from apps.streaming.services.collect import collect_streams
from apps.streaming.services.ingest import ingest_file
from apps.streaming.work import COLLECT
from tests import clips
from tests.jobs.running import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


@pytest.fixture
def item(owner) -> Item:
    made, _ = ingest_file(path=clips.clip("short"), title="Short", owner=owner)
    run_jobs()
    return Item.objects.get(pk=made.pk)


def states(item: Item) -> list[str]:
    return list(Generation.objects.filter(item=item).order_by("number").values_list("state", flat=True))


def test_the_old_generation_plays_until_the_next_one_is_complete(item):
    encode_again(item=item)
    run_jobs("default")
    run_jobs("cpu")
    assert states(item) == [State.PUBLISHED, State.ENCODING]
    assert not (Generation.objects.get(item=item, number=2).folder / "master.m3u8").exists()
    assert Item.objects.get(pk=item.pk).state == "ready"
    run_jobs()
    assert states(item) == [State.RETIRED, State.PUBLISHED]
    assert Generation.objects.get(item=item, number=1).folder.exists()


def test_an_item_is_encoded_once_at_a_time(item, client, moderator):
    client.force_login(moderator)
    assert client.post(f"/api/v1/items/{item.pk}/encode/").status_code == 202
    answer = client.post(f"/api/v1/items/{item.pk}/encode/")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "under_way"


def test_a_failed_new_encoding_leaves_what_plays(item):
    hidden = item.asset.file.rename(item.asset.file.with_suffix(".away"))
    encode_again(item=item)
    run_jobs()
    assert states(item)[0] == State.PUBLISHED
    assert Item.objects.get(pk=item.pk).state == "ready"
    hidden.rename(item.asset.file)


def test_changed_settings_make_old_streams_outdated(item, owner):
    assert list(outdated()) == []
    site_settings.set(cap_setting(360), 500, by=owner)
    (found,) = outdated()
    assert (found.item, found.changes) == (item, "changes v360")


def test_settings_without_effect_on_an_item_do_not_make_it_outdated(item, owner):
    before = Generation.objects.get(item=item).recipe
    site_settings.set(cap_setting(2160), 9000, by=owner)
    assert list(outdated()) == []
    assert Generation.objects.get(item=item).recipe != before


def backfill(*options: str) -> str:
    said = StringIO()
    call_command("backfill", "streams", *options, stdout=said)
    return said.getvalue()


def test_backfill_says_then_does_what_is_outdated(item, owner):
    site_settings.set(cap_setting(360), 500, by=owner)
    assert f"{item.pk} Short: changes v360\n1 item would" in backfill("--dry-run")
    assert not Job.objects.live().exists()
    assert backfill("--limit", "0") == "0 items queued to be encoded anew.\n"
    assert "1 item queued" in backfill()
    assert backfill() == "0 items queued to be encoded anew.\n", "it is under way"
    run_jobs()
    assert states(item) == [State.RETIRED, State.PUBLISHED]
    assert backfill("--dry-run") == "0 items would be encoded anew.\n"
    (row,) = Generation.objects.published().get(item=item).renditions.filter(kind="video")
    assert row.cap_kbps == 125  # the share of a quarter of the rung's pixels


def test_the_trash_is_not_encoded_anew(item, owner):
    site_settings.set(cap_setting(360), 500, by=owner)
    Item.objects.update(trashed_at=timezone.now())
    assert list(outdated()) == []


def test_operators_backfill_over_the_api(item, moderator, client):
    site_settings.set(cap_setting(360), 500, by=moderator)
    client.force_login(moderator)
    named = client.post("/api/v1/streams/backfill/", {"dry_run": True}, content_type="application/json").json()
    assert named == {
        "dry_run": True,
        "items": [{"item_id": str(item.pk), "title": "Short", "changes": "changes v360"}],
    }
    assert len(client.post("/api/v1/streams/backfill/", {}, content_type="application/json").json()["items"]) == 1
    assert Job.objects.live().roots().count() == 1
    assert client.post("/api/v1/streams/backfill/", {"limit": 0}, content_type="application/json").status_code == 400


@pytest.mark.parametrize("who", ["member", "owner", "stranger", None])
def test_others_have_nothing_encoded(item, client, request, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    expected = 403 if who else 401
    assert client.post(f"/api/v1/items/{item.pk}/encode/").status_code in {expected, 403}
    assert client.post("/api/v1/streams/backfill/").status_code in {expected, 403}
    assert not Job.objects.live().exists()


def test_a_retired_generation_goes_after_a_day(item, django_capture_on_commit_callbacks):
    encode_again(item=item)
    run_jobs()
    old, new = Generation.objects.filter(item=item).order_by("number")
    with django_capture_on_commit_callbacks(execute=True):
        assert collect_streams(now=timezone.now() + dt.timedelta(hours=23)).generations == 0
    assert old.folder.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert collect_streams(now=timezone.now() + dt.timedelta(hours=25)).generations == 1
    assert states(item) == [State.COLLECTED, State.PUBLISHED]
    assert not old.folder.exists()
    assert (new.folder / "master.m3u8").exists()
    assert not old.renditions.exists()


def test_folders_without_a_row_go_when_they_are_old(item):
    stray = streams_folder(item.pk) / "g9"
    lost = streams_folder(item.pk).with_name("01a1f9c7-2887-7999-a149-b46694c47f2f")
    for folder in (stray, lost):
        (folder / "v360").mkdir(parents=True)
    assert collect_streams(now=timezone.now()).folders == 0
    for folder in (stray, lost):
        os.utime(folder, (0, 0))
    assert collect_streams(now=timezone.now()).folders == 2
    assert not stray.exists()
    assert not lost.exists()
    assert (Generation.objects.get(item=item).folder / "master.m3u8").exists()


def test_the_clock_asks_once_at_a_time(item):
    first = submit_periodic(kind=COLLECT)
    assert submit_periodic(kind=COLLECT) == first
    run_jobs()
    first.refresh_from_db()
    assert first.state == "succeeded"
