"""tus 1.0, request by request (https://tus.io/protocols/resumable-upload)."""

import base64
import hashlib

import pytest

from apps.media.enums import UploadState
from apps.media.models import Upload
from apps.media.services.uploads.find import find_upload
from tests.uploads.sending import COLLECTION, Sender, metadata, stored


@pytest.fixture
def sender(owner) -> Sender:
    return Sender(owner)


def code(answer) -> str:
    """Of an error; its sentence must be one."""
    told = answer.json()["error"]
    assert told["message"].endswith(".")
    return told["code"]


def test_every_answer_names_the_version(sender):
    address = sender.created(3)
    answers = [
        sender.ask("OPTIONS", Tus_Resumable=None),
        sender.create(3),
        sender.head(address),
        sender.patch(address, 0, b"abc"),
        sender.patch(address, 9, b"abc"),
        sender.ask("DELETE", sender.created(1)),
        sender.head(f"{COLLECTION}nothing/"),
        sender.ask("PUT", address, b"x"),
        Sender().create(3),
    ]
    assert {answer["Tus-Resumable"] for answer in answers} == {"1.0.0"}
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0", ""])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused_and_nothing_happens(sender, version, method):
    address = sender.created(3)
    where = COLLECTION if method == "POST" else address
    answer = sender.ask(method, where, Tus_Resumable=version, Upload_Length=3, Upload_Offset=0)
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert (Upload.objects.count(), sender.offset(address)) == (1, 0)


def test_options_tell_what_the_server_can_without_an_account(db):
    answer = Sender().ask("OPTIONS", Tus_Resumable=None)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        *("creation", "creation-with-upload", "creation-defer-length"),
        *("checksum", "termination", "expiration", "concatenation"),
    }
    assert answer["Tus-Max-Size"] == "20000000000"
    assert {"sha1", "sha256", "md5"} <= set(answer["Tus-Checksum-Algorithm"].split(","))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload_Length": 3, "Upload_Defer_Length": 1},
        {"Upload_Defer_Length": 0},
        {"Upload_Defer_Length": "yes"},
        {"Upload_Length": -1},
        {"Upload_Length": "three"},
        {"Upload_Length": "3.0"},
        {"Upload_Length": ""},
        {"Upload_Length": "٣"},
        {"Upload_Length": 2**64},
        {"Upload_Length": 3, "Upload_Concat": "whole"},
        {"Upload_Length": 3, "Upload_Concat": "final;/api/v1/uploads/x/"},
        {"Upload_Concat": "final;"},
    ],
)
def test_a_creation_that_does_not_fit_is_refused(sender, headers):
    answer = sender.ask("POST", **headers)
    assert answer.status_code == 400
    assert code(answer)
    assert not Upload.objects.exists()


def test_a_creation_tells_the_address_relative_and_until_when(sender):
    answer = sender.create(3)
    assert answer.status_code == 201
    upload = Upload.objects.get()
    assert answer["Location"] == f"/api/v1/uploads/{upload.pk}/"
    assert answer["Upload-Expires"].endswith("GMT")
    assert answer["Upload-Offset"] == "0"


def test_more_than_the_most_is_refused(sender):
    assert code(sender.create(20_000_000_001)) == "too_large"
    assert sender.create(20_000_000_001).status_code == 413


def test_an_upload_without_bytes_is_complete_at_once(sender):
    address = sender.created(0)
    answer = sender.head(address)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("0", "0")
    assert Upload.objects.get().state == UploadState.CHECKING


def test_metadata_come_back_as_they_were_sent(sender):
    sent = metadata(filename="Lied für Zoë.mp3", filetype="audio/mpeg") + ",private,empty "
    address = sender.created(3, Upload_Metadata=sent)
    answer = sender.head(address)
    assert (answer["Upload-Metadata"], answer["Upload-Length"]) == (sent.strip(), "3")
    assert sender.told(address)["filename"] == "Lied für Zoë.mp3"


def test_empty_metadata_are_none(sender):
    assert "Upload-Metadata" not in sender.head(sender.created(3, Upload_Metadata=""))


@pytest.mark.parametrize(
    "sent",
    [
        "filename not-base64!",
        "filename YQ",
        "filename YQ==,filename Yg==",
        "filename YQ==,,title YQ==",
        "dateiname für YQ==",
        f"filename {base64.b64encode(bytes([0xFF, 0xFE])).decode()}",
    ],
)
def test_metadata_that_cannot_be_read_are_refused(sender, sent):
    answer = sender.create(3, Upload_Metadata=sent.encode().decode("latin-1"))
    assert (answer.status_code, code(answer)) == (400, "bad_metadata")
    assert not Upload.objects.exists()


def test_very_many_metadata_are_refused(sender):
    assert sender.create(3, Upload_Metadata=metadata(note="x" * 9000)).status_code == 413


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.mp3", "passwd.mp3"),
        ("C:\\songs\\a.mp3", "a.mp3"),
        ("a\x00b\r\n\u202egpj.mp3", "abgpj.mp3"),
        ("\u200f\u061cשיר\u200e.mp3", "שיר.mp3"),
        ("x" * 296 + ".mp3", "x" * 196 + ".mp3"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_names_are_made_harmless(sender, sent, shown):
    address = sender.created(3, Upload_Metadata=metadata(filename=sent, title=sent, kind="<b>", filetype="<script>"))
    told = sender.told(address)
    assert (told["filename"], told["kind"], told["content_type"]) == (shown, "", "")
    assert not any(sign in told["title"] for sign in "\x00\r\n\u202e")
    assert len(told["title"]) <= 200


def test_pieces_move_the_offset(sender):
    address = sender.created(6)
    answer = sender.patch(address, 0, b"abc")
    assert (answer.status_code, answer["Upload-Offset"], answer.content) == (204, "3", b"")
    assert "Upload-Expires" in answer
    assert "Content-Type" not in answer
    answer = sender.head(address)
    assert (answer["Upload-Offset"], answer["Upload-Length"], answer["Cache-Control"]) == ("3", "6", "no-store")
    answer = sender.patch(address, 3, b"def")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "6")
    assert "Upload-Expires" not in answer
    assert Upload.objects.get().file.read_bytes() == b"abcdef"


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/plain", ""])
def test_a_piece_of_another_type_is_refused(sender, content_type):
    address = sender.created(3)
    assert sender.patch(address, 0, b"abc", Content_Type=content_type).status_code == 415
    assert sender.offset(address) == 0


@pytest.mark.parametrize(("offset", "status"), [(1, 409), (3, 409), (None, 400), ("-1", 400), ("x", 400), ("", 400)])
def test_a_piece_for_another_place_is_refused(sender, offset, status):
    address = sender.created(3)
    assert sender.patch(address, offset, b"ab").status_code == status
    assert (sender.offset(address), stored()) == (0, [])


def test_more_than_the_rest_is_refused_and_not_kept(sender):
    address = sender.created(3)
    assert sender.patch(address, 0, b"ab").status_code == 204
    assert sender.patch(address, 2, b"cd").status_code == 413
    assert sender.offset(address) == 2
    assert Upload.objects.get().file.read_bytes() == b"ab"


def test_a_piece_that_is_too_large_is_refused(sender, settings):
    settings.UPLOAD_LIMITS = {"largest_piece_bytes": 4}
    address = sender.created(9)
    answer = sender.patch(address, 0, b"abcde")
    assert (answer.status_code, code(answer)) == (413, "piece_too_large")
    assert sender.patch(address, 0, b"abcd").status_code == 204


def test_a_complete_upload_takes_nothing_more(sender):
    address = sender.created(3)
    sender.patch(address, 0, b"abc")
    answer = sender.patch(address, 3, b"")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "3")
    assert sender.patch(address, 3, b"d").status_code == 413
    assert sender.patch(address, 0, b"abc").status_code == 409


def test_an_empty_piece_changes_nothing(sender):
    address = sender.created(3)
    assert sender.patch(address, 0, b"").status_code == 204
    assert sender.offset(address) == 0


def test_other_methods_can_be_meant_by_a_post(sender):
    address = sender.created(3)
    headers = {"Upload_Offset": 0, "Content_Type": "application/offset+octet-stream"}
    answer = sender.ask("POST", address, b"ab", X_HTTP_Method_Override="PATCH", **headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "2")
    assert sender.ask("POST", address, X_HTTP_Method_Override="DELETE").status_code == 204
    assert sender.head(address).status_code == 404
    assert sender.ask("POST", address, X_HTTP_Method_Override="PUT").status_code == 405


def test_a_creation_can_bring_the_first_bytes(sender):
    headers = {"Content_Type": "application/offset+octet-stream", "Upload_Length": 6}
    answer = sender.ask("POST", COLLECTION, b"abc", **headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")
    assert sender.offset(answer["Location"]) == 3
    answer = sender.ask("POST", COLLECTION, b"abcdefg", **headers)
    assert (answer.status_code, Upload.objects.count()) == (413, 1)
    answer = sender.ask("POST", COLLECTION, b"abc", Upload_Length=6, Content_Type="text/plain")
    assert (answer.status_code, Upload.objects.count()) == (415, 1)


def test_a_creation_whose_first_bytes_are_damaged_makes_nothing(sender):
    headers = {"Content_Type": "application/offset+octet-stream", "Upload_Checksum": f"sha1 {digest('sha1', b'abd')}"}
    assert sender.ask("POST", COLLECTION, b"abc", Upload_Length=6, **headers).status_code == 460
    assert not Upload.objects.exists()


def digest(algorithm: str, content: bytes) -> str:
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512", "md5"])
def test_a_checksum_is_held_against_the_bytes(sender, algorithm):
    address = sender.created(6)
    good = sender.patch(address, 0, b"abc", Upload_Checksum=f"{algorithm} {digest(algorithm, b'abc')}")
    assert (good.status_code, good["Upload-Offset"]) == (204, "3")
    bad = sender.patch(address, 3, b"xyz", Upload_Checksum=f"{algorithm} {digest(algorithm, b'def')}")
    assert (bad.status_code, bad.reason_phrase, code(bad)) == (460, "Checksum Mismatch", "wrong_checksum")
    assert sender.offset(address) == 3
    assert Upload.objects.get().file.read_bytes() == b"abc"


@pytest.mark.parametrize(
    "sent",
    ["crc32 AAAA", "SHA1 " + digest("sha1", b"abc"), "sha1", "sha1 !!", "sha1 " + hashlib.sha1(b"abc").hexdigest(), ""],
)
def test_a_checksum_that_cannot_be_read_is_refused(sender, sent):
    address = sender.created(3)
    assert sender.patch(address, 0, b"abc", Upload_Checksum=sent).status_code == 400
    assert sender.offset(address) == 0


def test_a_length_can_be_said_later_and_once(sender):
    address = sender.created(Upload_Defer_Length=1)
    answer = sender.head(address)
    assert (answer["Upload-Defer-Length"], "Upload-Length" in answer) == ("1", False)
    assert sender.told(address)["size_bytes"] is None
    assert sender.patch(address, 0, b"abc").status_code == 204
    assert sender.patch(address, 3, b"", Upload_Length=2).status_code == 400
    assert sender.patch(address, 3, b"d", Upload_Length=6).status_code == 204
    answer = sender.head(address)
    assert (answer["Upload-Length"], "Upload-Defer-Length" in answer) == ("6", False)
    assert sender.patch(address, 4, b"e", Upload_Length=7).status_code == 400
    assert sender.patch(address, 4, b"ef", Upload_Length=6).status_code == 204
    assert Upload.objects.get().state == UploadState.CHECKING


def test_a_length_said_at_the_end_completes_an_upload(sender):
    address = sender.created(Upload_Defer_Length=1)
    sender.patch(address, 0, b"abc")
    assert sender.patch(address, 3, b"", Upload_Length=3).status_code == 204
    assert sender.told(address)["state"] == "checking"


@pytest.mark.django_db(transaction=True)
def test_a_removed_upload_is_gone_with_its_bytes(sender):
    address = sender.created(6)
    sender.patch(address, 0, b"abc")
    answer = sender.ask("DELETE", address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sender.head(address).status_code == 404
    assert sender.patch(address, 3, b"def").status_code == 404
    assert stored() == []


def test_what_is_being_checked_cannot_be_removed(sender):
    address = sender.created(3)
    sender.patch(address, 0, b"abc")
    assert sender.ask("DELETE", address).status_code == 409


def test_what_a_crash_left_beyond_the_offset_is_overwritten(sender):
    """The bytes reached the disk, but their piece was never counted."""
    address = sender.created(6)
    sender.patch(address, 0, b"abc")
    with Upload.objects.get().file.open("ab") as file:
        file.write(b"XYZXYZXYZ")
    assert sender.offset(address) == 3
    assert sender.patch(address, 3, b"def").status_code == 204
    assert Upload.objects.get().file.read_bytes() == b"abcdef"


def test_bytes_that_the_disk_has_lost_are_asked_for_again(sender, owner):
    address = sender.created(6)
    sender.patch(address, 0, b"abcde")
    upload = Upload.objects.get()
    upload.file.write_bytes(b"ab")
    assert sender.patch(address, 5, b"f").status_code == 409
    assert sender.offset(address) == 2
    assert find_upload(person=owner, upload_id=str(upload.pk)).offset == 2
    assert sender.patch(address, 2, b"cdef").status_code == 204
    assert upload.file.read_bytes() == b"abcdef"
