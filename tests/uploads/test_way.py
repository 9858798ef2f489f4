"""From the first byte to an item."""

import os

import pytest

from apps.catalog.models import Item
from apps.core.models import Event
from apps.jobs.models import Job
from apps.media.models import Asset, Upload
from tests import clips
from tests.jobs.running import run_jobs
from tests.uploads.sending import Sender, stored


def test_a_file_that_has_arrived_becomes_an_item_that_plays(owner):
    content = clips.clip("short").read_bytes()
    sender = Sender(owner)
    address = sender.send(content, filename="my_film.mp4", filetype="video/mp4")
    told = sender.told(address)
    assert (told["state"], told["offset"], told["title"], told["item_id"]) == (
        "checking",
        len(content),
        "my film",
        None,
    )
    run_jobs()
    told = sender.told(address)
    item = Item.objects.get()
    assert (told["state"], told["item_id"], told["item_url"]) == ("done", str(item.pk), item.get_absolute_url())
    assert (item.title, item.kind, item.owner, item.state) == ("my film", "video", owner, "ready")
    assert Job.objects.get(pk=told["job_id"]).kind == "streaming.publish"
    assert item.asset.file.read_bytes() == content
    assert item.asset.content_type == "video/mp4"
    assert not Upload.objects.get().file.exists()


def test_bytes_are_moved_not_copied(owner):
    sender = Sender(owner)
    sender.send(clips.clip("sound").read_bytes(), filename="a.mp3")
    number = Upload.objects.get().file.stat().st_ino
    run_jobs("default")
    assert Asset.objects.get().file.stat().st_ino == number


def test_what_its_owner_says_goes_before_what_the_file_says(owner):
    sender = Sender(owner)
    sender.send(clips.clip("sound").read_bytes(), filename="a.mp3", title="Evening song", kind="sample")
    sender.send(clips.clip("silent").read_bytes(), filename="b.mp4", kind="sample")
    run_jobs("default")
    first, second = Item.objects.order_by("created_at")
    assert (first.title, first.kind) == ("Evening song", "sample")
    assert (second.title, second.kind) == ("b", "video")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", [b"only words\n" * 100, os.urandom(3000), b""])
def test_a_file_that_is_no_media_ends_with_a_sentence_and_leaves_nothing(owner, content):
    sender = Sender(owner)
    address = sender.send(content, filename="text.mp4")
    run_jobs()
    told = sender.told(address)
    assert told["state"] == "failed"
    assert told["error"]["code"]
    assert told["error"]["message"].endswith(".")
    assert (stored(), Item.objects.count(), Asset.objects.count()) == ([], 0, 0)
    assert sender.head(address).status_code == 410


def test_its_owner_hears_what_becomes_of_an_upload(owner):
    address = Sender(owner).send(clips.clip("sound").read_bytes(), filename="a.mp3")
    run_jobs("default")
    heard = Event.objects.filter(topic=f"me:{owner.pk}", type="upload.changed").values_list("ref", flat=True)
    assert list(heard) == [address.split("/")[-2]] * 3


def test_the_same_bytes_twice_are_stored_once(owner):
    sender = Sender(owner)
    for name in ("one", "two"):
        sender.send(clips.clip("sound").read_bytes(), filename=f"{name}.mp3")
    run_jobs()
    one, two = Item.objects.order_by("created_at")
    assert (one.asset_id, one) == (two.asset_id, two.duplicate_of)
