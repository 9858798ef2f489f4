"""What is left when something ends in the middle."""

import errno
import http.client
from pathlib import Path

import pytest
from django.conf import settings

from apps.catalog.models import Item
from apps.core import site_settings
from apps.media import room
from apps.media.errors import DiskFull
from apps.media.models import Asset, Upload
from apps.media.services.adopt import asset_folder
from apps.media.services.uploads.pieces import write_piece
from apps.media.services.uploads.remove import fail_upload
from tests import clips
from tests.jobs.running import run_jobs
from tests.serving import serving
from tests.uploads.sending import COLLECTION, Sender, stored


@pytest.fixture
def sender(owner) -> Sender:
    return Sender(owner)


def moved(upload: Upload) -> Path:
    """The file was moved to its place, and then the machine stopped."""
    target = asset_folder(upload.pk) / "source.mp3"
    target.parent.mkdir(parents=True)
    return upload.file.replace(target)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_moved_before_a_crash_is_adopted_by_the_next_attempt(sender):
    content = clips.clip("sound").read_bytes()
    sender.send(content, filename="a.mp3")
    moved(Upload.objects.get())
    run_jobs("default")
    assert Item.objects.get().asset.file.read_bytes() == content
    assert len(stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_moved_and_is_given_up_is_removed(sender):
    sender.send(clips.clip("sound").read_bytes(), filename="a.mp3")
    upload = Upload.objects.get()
    moved(upload)
    fail_upload(upload_id=upload.pk, code="attempts", sentence="This did not work.")
    assert (stored(), list(Path(settings.MEDIA_ROOT, "assets").iterdir())) == ([], [])
    fail_upload(upload_id=upload.pk, code="again", sentence="Twice is once.")
    assert Upload.objects.get().error == "This did not work."


def test_what_was_adopted_is_not_given_up_afterwards(sender):
    sender.send(clips.clip("sound").read_bytes(), filename="a.mp3")
    run_jobs("default")
    upload = Upload.objects.get()
    fail_upload(upload_id=upload.pk, code="late", sentence="Too late.")
    assert (Upload.objects.get().state, Asset.objects.get().file.exists()) == ("done", True)


def test_a_full_disk_leaves_what_was_there_before(tmp_path):
    file = tmp_path / "uploads" / "a"
    write_piece(file, offset=0, read=_pieces(b"abc"), most=9, checksum=None)

    def full(_: int) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        write_piece(file, offset=3, read=_pieces(b"def", full), most=9, checksum=None)
    assert file.read_bytes() == b"abc"


def _pieces(*pieces):
    """A body in pieces; a function stands for what happens there."""
    left = iter([*pieces, b""])

    def read(size: int) -> bytes:
        piece = next(left)
        return piece(size) if callable(piece) else piece

    return read


def test_without_room_a_piece_waits_and_nothing_is_lost(sender):
    site_settings.set(room.KEEP_FREE, 0, by=None)
    address = sender.created(6)
    sender.patch(address, 0, b"abc")
    site_settings.set(room.KEEP_FREE, 1_000_000_000, by=None)
    answer = sender.patch(address, 3, b"def")
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "no_room")
    assert sender.offset(address) == 3
    site_settings.set(room.KEEP_FREE, 0, by=None)
    assert sender.patch(address, 3, b"def").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_with_the_database_away_a_client_is_told_to_come_back_and_not_to_begin_again():
    with serving(DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing", BANDSTAND_DATABASE_POOL="0") as site:
        for method, status in (("HEAD", 423), ("PATCH", 503)):
            line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
            headers = {"Tus-Resumable": "1.0.0", "Authorization": "Bearer bst_x"}
            line.request(method, f"{COLLECTION}x/", headers=headers)
            answer = line.getresponse()
            assert (answer.status, answer.headers["Tus-Resumable"]) == (status, "1.0.0")
            answer.read()
