import pytest

from apps.catalog.models import Item
from apps.media.models import Upload
from tests import clips
from tests.jobs.running import run_jobs
from tests.uploads.sending import Sender, stored

PIECES = 3


@pytest.fixture
def sender(owner) -> Sender:
    return Sender(owner)


def part(sender, content: bytes) -> str:
    address = sender.created(len(content), Upload_Concat="partial")
    assert sender.patch(address, 0, content).status_code == 204
    return address


def thirds(content: bytes) -> list[bytes]:
    size = len(content) // PIECES
    return [content[:size], content[size : 2 * size], content[2 * size :]]


def final(sender, *addresses: str, **headers):
    return sender.create(Upload_Concat=f"final;{' '.join(addresses)}", **headers)


@pytest.mark.django_db(transaction=True)
def test_parts_become_one_file_in_the_order_of_the_final(sender):
    content = clips.clip("sound").read_bytes()
    one, two, three = thirds(content)
    last, first, middle = part(sender, three), part(sender, one), part(sender, two)
    answer = final(sender, f"http://testserver{first}", middle, last)
    assert answer.status_code == 201
    address = answer["Location"]
    head = sender.head(address)
    assert (head["Upload-Length"], "Upload-Offset" in head) == (str(len(content)), False)
    assert head["Upload-Concat"] == f"final;http://testserver{first} {middle} {last}"
    run_jobs()
    assert sender.head(address)["Upload-Offset"] == str(len(content))
    item = Item.objects.get()
    assert item.asset.file.read_bytes() == content
    assert [path for path in stored() if "uploads" in path.parts] == []
    assert Upload.objects.count() == 1


def test_a_part_says_that_it_is_one(sender):
    head = sender.head(part(sender, b"abc"))
    assert (head["Upload-Concat"], head["Upload-Offset"], head["Upload-Length"]) == ("partial", "3", "3")


def test_a_final_takes_no_bytes(sender):
    address = final(sender, part(sender, b"abc"))["Location"]
    assert sender.patch(address, 0, b"x").status_code == 403


def test_parts_are_not_listed_and_become_no_items(sender):
    part(sender, b"abc")
    assert sender.ask("GET").json()["results"] == []
    assert run_jobs() == 0


def test_only_parts_that_are_ones_own_whole_and_free_are_put_together(sender, stranger, moderator):
    used, mine = part(sender, b"abc"), part(sender, b"def")
    assert final(sender, used).status_code == 201
    unfinished = sender.created(3, Upload_Concat="partial")
    plain = sender.created(3)
    theirs = part(Sender(moderator), b"abc")
    for other, status in [(used, 400), (unfinished, 400), (plain, 400), (mine, 400), (theirs, 404), ("/x/", 404)]:
        answer = final(sender, mine, other)
        assert answer.status_code == status, other
    assert final(sender, *[mine] * 65).status_code == 413
    assert final(sender, mine).status_code == 201


def test_a_used_part_is_neither_continued_nor_removed(sender):
    used = part(sender, b"abc")
    final(sender, used)
    assert sender.patch(used, 3, b"d").status_code == 413
    assert sender.ask("DELETE", used).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_putting_together_goes_on_after_a_crash(sender, monkeypatch):
    content = clips.clip("sound").read_bytes()
    addresses = [part(sender, piece) for piece in thirds(content)]
    address = final(sender, *addresses)["Location"]
    upload = Upload.objects.get(pk=address.split("/")[-2])
    first, second, _ = upload.parts.order_by("place")
    # The first part was moved and counted, of the second some bytes were written, when the machine stopped.
    upload.file.write_bytes(first.file.read_bytes() + second.file.read_bytes()[:10])
    Upload.objects.filter(pk=upload.pk).update(offset=first.offset)
    first.delete()
    run_jobs()
    assert Item.objects.get().asset.file.read_bytes() == content


@pytest.mark.django_db(transaction=True)
def test_a_refused_file_of_parts_leaves_nothing(sender):
    address = final(sender, part(sender, b"only"), part(sender, b"words"))["Location"]
    run_jobs()
    assert sender.told(address)["state"] == "failed"
    assert (stored(), Upload.objects.count()) == ([], 1)
