"""How much one person may bring, also when everything happens at once."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.services.tokens import create_token
from apps.core import site_settings
from apps.jobs import conf
from apps.jobs.models import Job
from apps.jobs.services.cancel import cancel
from apps.jobs.services.periodic import submit_periodic
from apps.media import room
from apps.media.enums import UploadState
from apps.media.models import Upload
from apps.media.services.uploads.expire import expire_uploads
from apps.media.topics import may_follow_upload
from apps.media.work import EXPIRE
from apps.memberships.services.grant import revoke
from tests.jobs.running import run_jobs
from tests.media.making import make_asset
from tests.memberships.making import make_grant, make_tier
from tests.uploads.sending import COLLECTION, Sender, metadata, stored

GB = 1_000_000_000


@pytest.fixture
def sender(owner) -> Sender:
    return Sender(owner)


@pytest.fixture(autouse=True)
def _no_room_kept_free(db):
    """The machine that runs the tests may be small."""
    site_settings.set(room.KEEP_FREE, 0, by=None)


def code(answer) -> str:
    told = answer.json()["error"]
    assert told["message"].endswith(".")
    return told["code"]


def side_by_side(work, times: int) -> list:
    """Runs `work(n)` in as many threads, each with a connection of its own."""

    def alone(number: int):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(alone, range(times)))


def test_files_that_are_there_and_room_that_is_set_aside_count_together(sender, owner, stranger):
    site_settings.set("uploads.bytes_per_person", 1000, by=None)
    make_asset(owner, b"x" * 400)
    make_asset(stranger, b"y" * 900)
    address = sender.created(500)
    answer = sender.create(101)
    assert (answer.status_code, code(answer)) == (413, "over_quota")
    assert "100 bytes of your 1000 bytes are left" in answer.json()["error"]["message"]
    sender.created(100)
    sender.ask("DELETE", address)
    sender.created(500)


def test_what_a_membership_brings_goes_before_the_sites_setting(sender, owner):
    site_settings.set("uploads.bytes_per_person", 1000, by=None)
    make_tier("Huge", 30, storage_bytes=9000, price_cents=900, currency="EUR")
    make_tier("Larger", 20, storage_bytes=5000, price_cents=500, currency="EUR")
    answer = sender.create(1001)
    assert answer.json()["error"]["message"] == (
        "This does not fit: 1000 bytes of your 1000 bytes are left. Larger has room for 4.9 KB."
    )
    assert "Huge has room for 8.8 KB." in sender.create(6000).json()["error"]["message"]
    assert "Huge has room" in sender.create(60_000).json()["error"]["message"]
    grant = make_grant(owner, make_tier("Mine", 10, storage_bytes=2000))
    assert sender.create(2001).status_code == 413
    assert sender.create(1500).status_code == 201
    revoke(grant=grant)
    assert "0 bytes of your 1000 bytes are left" in sender.create(1).json()["error"]["message"]


def test_a_deferred_length_does_not_get_around_the_quota(sender):
    site_settings.set("uploads.bytes_per_person", 10, by=None)
    address = sender.created(Upload_Defer_Length=1)
    assert sender.patch(address, 0, b"123456").status_code == 204
    assert sender.patch(address, 6, b"78901").status_code == 413
    assert sender.patch(address, 6, b"", Upload_Length=11).status_code == 413
    assert sender.offset(address) == 6
    site_settings.set("uploads.largest_bytes", 8, by=None)
    assert sender.patch(address, 6, b"789").status_code == 413
    assert sender.patch(address, 6, b"78", Upload_Length=8).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_two_creations_at_once_cannot_both_have_the_last_room(owner):
    site_settings.set("uploads.bytes_per_person", 1000, by=None)
    senders = [Sender(owner) for _ in range(6)]
    answers = side_by_side(lambda number: senders[number].create(600).status_code, 6)
    assert sorted(answers) == [201, *[413] * 5]


@pytest.mark.django_db(transaction=True)
def test_creations_at_once_do_not_pass_the_number_in_flight(owner):
    senders = [Sender(owner) for _ in range(12)]
    answers = side_by_side(lambda number: senders[number].create(6).status_code, 12)
    assert sorted(answers) == [*[201] * 5, *[409] * 7]


def test_a_file_that_rests_is_not_in_flight(sender):
    for _ in range(5):
        sender.created(3)
    answer = sender.create(3)
    assert (answer.status_code, code(answer), answer["Retry-After"]) == (409, "too_many_in_flight", "5")
    Upload.objects.update(moved_at=timezone.now() - timedelta(minutes=10))
    assert sender.create(3).status_code == 201


def test_ten_thousand_creations_are_refused_after_the_first_hundred(sender, stranger, django_assert_max_num_queries):
    """Each refusal costs a few queries, makes nothing, and is the same for the last as for the first."""
    site_settings.set("uploads.in_flight_per_person", 1000, by=None)
    statuses = [sender.create(3).status_code for _ in range(110)]
    assert statuses == [201] * 100 + [429] * 10
    with django_assert_max_num_queries(8):
        answer = sender.create(3)
    assert (code(answer), Upload.objects.count()) == ("too_many_uploads", 100)


def test_a_last_piece_that_meets_very_many_jobs_can_be_sent_again(sender, monkeypatch):
    address = sender.created(6)
    sender.patch(address, 0, b"abc")
    monkeypatch.setattr(conf, "MAX_QUEUED_PER_PERSON", 0)
    assert sender.patch(address, 3, b"def").status_code == 409
    assert (sender.offset(address), sender.told(address)["state"]) == (3, "receiving")
    monkeypatch.undo()
    assert sender.patch(address, 3, b"def").status_code == 204


def test_the_disk_is_asked_before_a_byte_is_sent(sender):
    site_settings.set(room.KEEP_FREE, 1_000_000_000, by=None)
    answer = sender.create(3)
    assert (answer.status_code, code(answer), Upload.objects.count()) == (507, "no_room", 0)


def test_what_others_have_begun_is_not_promised_twice(sender, moderator):
    site_settings.set("uploads.largest_bytes", 10**15, by=None)
    site_settings.set("uploads.bytes_per_person", 10**16, by=None)
    half = shutil.disk_usage(settings.MEDIA_ROOT).free * 2 // 3
    address = Sender(moderator).created(half)
    assert sender.create(half).status_code == 507
    Sender(moderator).ask("DELETE", address)
    assert sender.create(half).status_code == 201


def test_another_device_of_the_same_person_goes_on_with_it(sender, owner):
    """All it needs is in the list."""
    sender.patch(sender.created(6, Upload_Metadata=metadata(filename="a.mp3")), 0, b"abc")
    elsewhere = Sender(owner)
    (pending,) = elsewhere.ask("GET", f"{COLLECTION}?state=receiving").json()["results"]
    assert (pending["filename"], pending["size_bytes"], pending["offset"]) == ("a.mp3", 6, 3)
    assert elsewhere.patch(pending["url"], pending["offset"], b"def").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_two_pieces_at_once_one_is_told_to_wait(owner):
    """The lock is taken for real by another connection, as the request that is writing does."""
    sender = Sender(owner)
    address = sender.created(3)

    def write(_: int) -> int:
        return Sender.patch(sender, address, 0, b"abc").status_code

    with transaction.atomic():
        Upload.objects.select_for_update().get()
        (status,) = side_by_side(write, 1)
        assert status == 423
        assert side_by_side(lambda _: sender.ask("DELETE", address).status_code, 1) == [423]
        assert side_by_side(lambda _: sender.head(address).status_code, 1) == [200]
    assert write(0) == 204


@pytest.mark.django_db(transaction=True)
def test_the_same_piece_sent_many_times_at_once_counts_once(owner):
    senders = [Sender(owner) for _ in range(8)]
    content = bytes(range(256)) * 4000
    address = senders[0].created(len(content))
    answers = side_by_side(lambda number: senders[number].patch(address, 0, content).status_code, 8)
    assert answers.count(204) == 1
    assert set(answers) <= {204, 409, 423}
    assert Upload.objects.get().file.read_bytes() == content


@pytest.mark.parametrize("who", ["stranger", "moderator", None])
def test_an_upload_of_somebody_else_is_as_unknown_as_none(sender, who, request):
    address = sender.created(3)
    upload = Upload.objects.get()
    other = Sender(request.getfixturevalue(who) if who else None)
    asked = [
        other.head(address),
        other.ask("GET", address),
        other.ask("DELETE", address),
        other.patch(address, 0, b"abc"),
    ]
    statuses = [answer.status_code for answer in asked]
    assert statuses == {"stranger": [404, 404, 404, 403], "moderator": [404] * 4, None: [401] * 4}[who]
    assert (sender.offset(address), stored()) == (0, [])
    assert not may_follow_upload(request.getfixturevalue(who) if who else None, str(upload.pk))
    assert may_follow_upload(upload.owner, str(upload.pk))


def test_a_list_holds_ones_own_uploads_newest_first_in_pages(sender, moderator, django_assert_num_queries):
    addresses = [sender.created(3, Upload_Metadata=metadata(filename=f"{n}.mp3")) for n in range(3)]
    Sender(moderator).created(3)
    first = sender.ask("GET", f"{COLLECTION}?page_size=2").json()
    assert [one["url"] for one in first["results"]] == addresses[:0:-1]
    second = sender.ask("GET", first["next"]).json()
    assert [one["filename"] for one in second["results"]] == ["0.mp3"]
    assert sender.ask("GET", f"{COLLECTION}?state=done&state=failed").json()["results"] == []
    with django_assert_num_queries(3):
        sender.ask("GET")


def test_whoever_may_not_create_may_not_upload(member):
    answer = Sender(member).create(3)
    assert (answer.status_code, code(answer)) == (403, "not_allowed")


def test_a_role_that_was_taken_away_ends_an_upload(sender, owner):
    address = sender.created(3)
    owner.role = "member"
    owner.save()
    assert sender.patch(address, 0, b"abc").status_code == 403


def test_a_session_needs_the_token_against_forgery_and_its_own_origin(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "3"}
    kind = "application/octet-stream"
    assert client.post(COLLECTION, b"", kind, headers=headers).status_code == 403
    token = client.get("/accounts/password/change/").cookies["bandstand_csrf"].value
    headers["X-CSRFToken"] = token
    assert client.post(COLLECTION, b"", kind, headers={**headers, "Origin": "https://evil.example"}).status_code == 403
    answer = client.post(COLLECTION, b"", kind, headers={**headers, "Origin": "http://testserver"})
    assert answer.status_code == 201
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    body = {"data": b"abc", "content_type": "application/offset+octet-stream"}
    assert client.patch(answer["Location"], **body, headers=headers).status_code == 403
    assert client.patch(answer["Location"], **body, headers={**headers, "X-CSRFToken": token}).status_code == 204


def test_a_token_uploads_with_its_scope_alone(owner):
    bearers = {}
    for scope in ("upload", "read", "play"):
        sender = bearers[scope] = Sender()
        sender.client.defaults["HTTP_AUTHORIZATION"] = (
            f"Bearer {create_token(owner=owner, name=scope, scopes=[scope])[1]}"
        )
    assert [bearers[scope].create(3).status_code for scope in bearers] == [201, 403, 403]
    address = f"{COLLECTION}{Upload.objects.get().pk}/"
    assert [bearers[scope].head(address).status_code for scope in bearers] == [200, 200, 403]
    assert [bearers[scope].patch(address, 0, b"a").status_code for scope in bearers] == [204, 403, 403]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_finished_in_time_is_gone(sender, owner):
    address, other = sender.created(6), sender.created(6)
    sender.patch(address, 0, b"abc")
    Upload.objects.filter(pk=address.split("/")[-2]).update(expires_at=timezone.now())
    assert sender.told(address)["state"] == "expired"
    assert (sender.head(address).status_code, sender.patch(address, 3, b"def").status_code) == (410, 410)
    run_periodic()
    assert (stored(), sender.head(address).status_code, sender.head(other).status_code) == ([], 410, 200)
    assert Upload.objects.get(pk=address.split("/")[-2]).state == UploadState.EXPIRED


def run_periodic() -> None:
    submit_periodic(kind=EXPIRE)
    run_jobs()


def test_every_piece_gives_an_upload_new_time(sender):
    address = sender.created(6)
    Upload.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    sender.patch(address, 0, b"abc")
    assert Upload.objects.get().expires_at > timezone.now() + timedelta(days=6)


@pytest.mark.django_db(transaction=True)
def test_what_ended_long_ago_is_forgotten_and_stray_files_go(sender, settings, owner):
    address = sender.created(6)
    sender.patch(address, 0, b"abc")
    sender.created(0)
    run_jobs()
    mine = Upload.objects.get(pk=address.split("/")[-2])
    for name in ("01a1fa96-bb8b-72ac-bb16-4f39a169d502", "notes.txt"):
        (settings.MEDIA_ROOT / "uploads" / name).write_bytes(b"x")
    expire_uploads(timezone.now() + timedelta(days=6))
    assert [path.name for path in stored()] == [str(mine.pk), "notes.txt"]
    expire_uploads(timezone.now() + timedelta(days=15))
    expire_uploads(timezone.now() + timedelta(days=30))
    assert Upload.objects.filter(state=UploadState.FAILED).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_check_leaves_nothing(sender):
    address = sender.send(b"abc")
    cancel(job_id=Job.objects.get().pk)
    told = sender.told(address)
    assert (told["state"], told["error"]) == (
        "failed",
        {"code": "cancelled", "message": "Checking this file was cancelled."},
    )
    assert stored() == []


def test_a_quota_counts_a_file_that_is_put_together_once(sender):
    site_settings.set("uploads.bytes_per_person", 10, by=None)
    addresses = []
    for content in (b"abcde", b"fghij"):
        addresses.append(sender.created(5, Upload_Concat="partial"))
        sender.patch(addresses[-1], 0, content)
    assert sender.create(1).status_code == 413
    assert sender.create(Upload_Concat=f"final;{' '.join(addresses)}").status_code == 201
    assert sender.create(1).status_code == 413
