"""The bucket against a service that is as strict as the strictest."""

import hashlib
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from django.core.files.storage import storages

from apps.media.errors import StorageTrouble
from apps.media.storage.keys import safe_key
from apps.media.storage.transfer import Piece, pull, push, transfer_all
from tests.stubs.strict_s3 import BUCKET, MEBIBYTE

KEY = "assets/01a1f9c7-2887-7999-a149-b46694c47f2f/source.mp4"


def go_on() -> None:
    pass


@pytest.fixture
def large(tmp_path):
    """Three parts, the last of them short."""
    file = tmp_path / "large"
    file.write_bytes(bytes(range(256)) * (4 * MEBIBYTE // 256) * 2 + b"x" * (3 * MEBIBYTE + 17))
    return file


def is_part(method: str, path: str, query: str) -> bool:
    return method == "PUT" and "partNumber=2" in query


def is_completion(method: str, path: str, query: str) -> bool:
    return method == "POST" and "uploadId" in query


def test_a_small_file_keeps_its_type_name_and_digest(bucket, s3, tmp_path):
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    headers = {
        "ContentType": "video/mp4",
        "ContentDisposition": 'attachment; filename="x.mp4"',
        "CacheControl": "private",
    }
    assert push(bucket, Piece(KEY, file, headers), go_on) == 4
    found = s3.client.get_object(Bucket=BUCKET, Key=KEY)
    assert (found["Body"].read(), found["ContentType"], found["CacheControl"]) == (b"film", "video/mp4", "private")
    assert found["ContentDisposition"] == 'attachment; filename="x.mp4"'
    assert found["Metadata"] == {"sha256": hashlib.sha256(b"film").hexdigest()}


def test_a_large_file_goes_in_equal_parts_and_comes_back_the_same(bucket, s3, large, tmp_path):
    push(bucket, Piece(KEY, large), go_on)
    assert len([one for one in s3.requests if "partNumber" in one[2]]) == 3
    back = tmp_path / "back" / "large"
    assert pull(bucket, Piece(KEY, back), go_on) == large.stat().st_size
    assert back.read_bytes() == large.read_bytes()
    assert [path.name for path in back.parent.iterdir()] == ["large"]


def test_an_empty_file_goes_and_comes_back(bucket, tmp_path):
    (tmp_path / "none").touch()
    assert push(bucket, Piece(KEY, tmp_path / "none"), go_on) == 0
    assert pull(bucket, Piece(KEY, tmp_path / "back"), go_on) == 0
    assert (tmp_path / "back").read_bytes() == b""


def test_what_is_there_already_is_not_sent_again(bucket, s3, large):
    push(bucket, Piece(KEY, large), go_on)
    sent = len(s3.requests)
    push(bucket, Piece(KEY, large), go_on)
    assert not [one for one in s3.requests[sent:] if one[0] in {"PUT", "POST"}]


def test_a_part_whose_answer_was_lost_makes_the_upload_begin_anew(bucket, s3, large):
    s3.fail(500, "InternalError", after=True, when=is_part)
    push(bucket, Piece(KEY, large), go_on)
    assert bucket.facts(KEY).size_bytes == large.stat().st_size
    begun = [one for one in s3.requests if one[2].startswith("uploads") and one[0] == "POST"]
    assert len(begun) == 2, "the repeated part was refused and ended the first upload"
    assert s3.uploads == {}


def test_a_completion_whose_answer_was_lost_is_known_by_the_object(bucket, s3, large):
    s3.fail(500, "InternalError", after=True, when=is_completion)
    push(bucket, Piece(KEY, large), go_on)
    statuses = [status for method, _, query, status in s3.requests if method == "POST" and "uploadId" in query]
    assert statuses == [500, 404]
    assert bucket.facts(KEY).size_bytes == large.stat().st_size


def test_a_crowded_service_is_asked_again(bucket, s3, tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    s3.fail(503, "ServiceUnavailable", times=2, when=lambda method, *_: method == "PUT")
    push(bucket, Piece(KEY, tmp_path / "file"), go_on)
    assert [status for method, _, _, status in s3.requests if method == "PUT" and status != 200] == [503, 503]


def test_an_upload_that_was_killed_leaves_no_parts_once_it_is_repeated(bucket, s3, large):
    left = s3.client.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
    push(bucket, Piece(KEY, large), go_on)
    assert left not in s3.uploads
    assert s3.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_an_upload_that_ends_by_itself_at_that_moment_is_in_nobodys_way(bucket, s3, large):
    s3.client.create_multipart_upload(Bucket=BUCKET, Key=KEY)
    s3.uploads.clear()  # listed, and not there when it is to be ended
    push(bucket, Piece(KEY, large), go_on)
    assert any(method == "DELETE" and status == 404 for method, _, _, status in s3.requests)
    assert s3.names() == [KEY]


def test_a_stopped_upload_gives_its_parts_up(bucket, s3, large):
    class Enough(BaseException):
        pass

    def stop() -> None:
        if s3.uploads:
            raise Enough

    s3.part_takes_s = 0.5
    with pytest.raises(Enough):
        bucket.put(large, KEY, sha256="", headers={}, check=stop)
    assert s3.uploads == {}
    assert s3.names() == []


def test_what_arrives_otherwise_than_it_was_sent_is_not_believed(bucket, s3, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"right")
    digest = hashlib.sha256(b"right").hexdigest()
    s3.client.put_object(Bucket=BUCKET, Key=KEY, Body=b"wrong", Metadata={"sha256": digest})
    with pytest.raises(StorageTrouble):
        push(bucket, Piece(KEY, file), go_on)
    with pytest.raises(StorageTrouble):
        pull(bucket, Piece(KEY, tmp_path / "back"), go_on)
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*"))


def test_many_files_go_at_once_and_one_that_fails_stops_the_rest(bucket, tmp_path):
    pieces = []
    for number in range(12):
        file = tmp_path / f"{number}"
        file.write_bytes(bytes([number]))
        pieces.append(Piece(f"streams/x/g1/{number}", file))
    told: list[tuple[int, int]] = []
    transfer_all(push, bucket, pieces, check=go_on, tell=lambda done, total: told.append((done, total)))
    assert told[-1] == (12, 12)
    assert len(list(bucket.listing("streams/x/g1/"))) == 12
    pieces[5].file.unlink()
    with pytest.raises(FileNotFoundError):
        transfer_all(push, bucket, pieces, check=go_on, tell=lambda *_: None)


def test_ranges_listings_and_removal(bucket, s3, tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789")
    for name in ("a/1", "a/2", "b/1"):
        push(bucket, Piece(f"streams/{name}", tmp_path / "file"), go_on)
    with closing(bucket.read("streams/a/1", 2, 4)) as body:
        assert body.read() == b"234"
    assert sorted(bucket.folders("streams/")) == ["a", "b"]
    s3.client.create_multipart_upload(Bucket=BUCKET, Key="streams/a/3")
    assert bucket.remove_all("streams/a/") == 2
    assert (s3.names(), s3.uploads) == (["streams/b/1"], {})
    assert bucket.remove_all("streams/a/") == 0
    with pytest.raises(FileNotFoundError):
        bucket.facts("streams/a/1")


def test_a_link_is_good_for_a_while_and_for_nothing_else(bucket, s3, tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789")
    push(bucket, Piece(KEY, tmp_path / "file", {"ContentType": "video/mp4"}), go_on)
    link = bucket.link(KEY, 60)
    answer = httpx.get(link, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (206, b"0123", "video/mp4")
    s3.clock_ahead = timedelta(seconds=90)
    assert httpx.get(link).status_code == 403


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/assets/a",
        "assets//a",
        "assets/../a",
        "assets/a/..",
        "other/a",
        "assets/a b",
        "assets/.a",
        "assets/a\n",
        "assets/ä",
    ],
)
def test_odd_names_never_become_objects(bucket, key, tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ValueError, match="not a key"):
        safe_key(key)
    with pytest.raises(ValueError, match="not a key"):
        push(bucket, Piece(key, tmp_path / "file"), go_on)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"access_key": "other"}, "keys are wrong"),
        ({"bucket_name": "nowhere"}, "no such bucket"),
        ({"region_name": "us-east-1"}, "S3_REGION"),
        ({"endpoint_url": "http://127.0.0.1:9"}, "S3_ENDPOINT_URL"),
    ],
)
def test_each_usual_mistake_has_its_sentence(s3, settings, media, tmp_path, options, words):
    settings.STORAGES = {**settings.STORAGES, "s3": s3.storage(quick=True, **options)}
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StorageTrouble) as caught:
        push(storages["s3"], Piece(KEY, tmp_path / "file"), go_on)
    assert words in caught.value.detail
    assert "S3" not in caught.value.message


def test_a_wrong_clock_and_an_account_without_room_have_theirs_too(s3, bucket):
    s3.clock_ahead = timedelta(hours=1)
    with pytest.raises(StorageTrouble, match="storage of this site") as caught:
        list(bucket.listing("assets/x/"))
    assert "clock" in caught.value.detail
    s3.clock_ahead = timedelta()
    s3.fail(403, "AccountProblem")
    with pytest.raises(StorageTrouble) as caught:
        list(bucket.listing("assets/x/"))
    assert "room is used up" in caught.value.detail
