"""The demo of a new site: five pieces, made here, and gone in one go."""

import hashlib

import pytest
from django.core.management import call_command

from apps.accounts.enums import Role
from apps.catalog.access import viewer_of
from apps.catalog.enums import Kind, State
from apps.catalog.models import Item
from apps.catalog.services.demo import remove_demo
from apps.core.errors import Conflict, NotAllowed
from apps.jobs.enums import Priority
from apps.jobs.models import Job
from apps.media.enums import AssetState
from apps.media.models import Asset
from apps.streaming.demo import music
from apps.streaming.demo.pieces import Size, pieces
from apps.streaming.models import Generation
from apps.streaming.services.demo import start_demo
from apps.streaming.work import DEMO, DemoParams
from tests.conftest import make_person
from tests.jobs.running import run_jobs
from tests.web.making import make_item

pytestmark = pytest.mark.django_db

TINY = {"width": 320, "height": 180, "seconds": 2}


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.STREAMING = {"preset": "ultrafast"}


@pytest.fixture
def boss(db):
    return make_person("boss", Role.OWNER)


def test_five_pieces_come_through_the_usual_door(boss):
    start_demo(params=DemoParams(owner_id=boss.pk, **TINY))
    run_jobs(most=400)
    items = list(Item.objects.order_by("id"))
    clips, (talk, song, pond, dusk) = items[:8], items[8:]
    assert [item.title for item in clips] == list(music.CLIPS)
    assert {item.kind for item in clips} == {Kind.CLIP}
    assert {item.state for item in items} == {State.READY}
    assert {(item.demo, item.owner_id) for item in items} == {(True, boss.pk)}
    assert len(song.chapters) == len(music.SONG)
    assert song.cover_origin == "embedded"
    assert song.tags["artist"] == "The House Band"
    assert Generation.objects.get(item=song).peaks
    texts = Generation.objects.get(item=talk).renditions.filter(kind="text").values_list("language", flat=True)
    assert set(texts) == {"en", "de"} or set(texts) == {"eng", "deu"}
    assert [item.kind for item in (pond, dusk)] == [Kind.VIDEO] * 2
    assert set(Job.objects.filter(kind=DEMO).values_list("priority", flat=True)) == {Priority.LOW}


def test_the_same_bytes_come_out_every_time(tmp_path):
    digests = []
    for attempt in range(2):
        found = []
        for number, piece in enumerate(list(pieces())[6:]):
            folder = tmp_path / f"{attempt}-{number}"
            folder.mkdir()
            made = piece.make(folder, Size(**TINY), None)
            found.append(hashlib.sha256(made.read_bytes()).hexdigest())
        digests.append(found)
    assert digests[0] == digests[1]


def test_there_is_one_demo_at_a_time(boss):
    start_demo(params=DemoParams(owner_id=boss.pk, **TINY))
    with pytest.raises(Conflict):
        start_demo(params=DemoParams(owner_id=boss.pk, **TINY))


def test_a_first_start_asks_for_it_only_where_there_is_nothing(boss, settings):
    settings.DEMO = False
    call_command("demo", first_start=True)
    assert not Job.objects.exists()
    settings.DEMO = True
    mine = make_item(boss)
    call_command("demo", first_start=True)
    assert not Job.objects.exists()
    mine.delete()
    call_command("demo", first_start=True)
    assert Job.objects.get().kind == DEMO


def test_one_click_removes_all_of_it_and_nothing_else(client, boss, member, owner):
    mine = make_item(boss, "Mine")
    asset = Asset.objects.create(owner=boss, name="a.mp4", path="assets/a", content_type="video/mp4", size_bytes=1)
    made = make_item(boss, "Demo", demo=True, asset=asset)
    job = Job.objects.create(kind="streaming.publish", queue="cpu", subject=f"catalog.item:{made.pk}")
    for person in (None, member, owner):
        if person:
            client.force_login(person)
        assert client.post("/studio/demo/remove/").status_code in {302, 403}
        with pytest.raises(NotAllowed):
            remove_demo(viewer=viewer_of(person))
    assert Item.objects.count() == 2
    client.force_login(boss)
    assert "Remove the demo" in client.get("/studio/").content.decode()
    assert client.get("/studio/demo/remove/").status_code == 405
    page = client.post("/studio/demo/remove/", follow=True).content.decode()
    assert "The demo is gone: 1 items." in page
    assert "Remove the demo" not in page
    assert list(Item.objects.all()) == [mine]
    asset.refresh_from_db()
    job.refresh_from_db()
    assert (asset.state, job.state) == (AssetState.REMOVED, "cancelled")
