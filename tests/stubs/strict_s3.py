"""An S3 service on loopback that is as strict as MEGA S4 (facts from its specification), around moto's lenient server.

    with serving() as s3:
        settings.STORAGES = {**settings.STORAGES, "media": s3.storage(), "s3": s3.storage()}
        s3.fail(503, "ServiceUnavailable", times=2)

What it refuses beyond moto: ACLs, checksums that S4 does not know, parts of different sizes, a part sent twice, completing
twice, `//` in keys, links that have expired, other people's keys, and another region than its own.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

KEY, SECRET, REGION, BUCKET = "strict-key", "strict-secret", "eu-amsterdam-1", "bandstand"
MEBIBYTE = 1 << 20
_LARGE = 32 * MEBIBYTE
_WRITES = ("x-amz-checksum-", "x-amz-sdk-checksum-algorithm")


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Quiet."""


@dataclass
class Part:
    number: int
    size: int


@dataclass
class StrictS3:
    """`requests` are (method, path, query, status). `least_part` is S4's 5 MB; tests with small files may lower it."""

    least_part: int = 5_000_000
    clock_ahead: timedelta = timedelta()
    part_takes_s: float = 0
    requests: list[tuple[str, str, str, int]] = field(default_factory=list)
    uploads: dict[str, list[Part]] = field(default_factory=dict)
    url: str = ""
    _failures: list[tuple[Callable[[str, str, str], bool], int, str, bool]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _inner: Any = None

    def storage(self, **options: Any) -> dict[str, Any]:
        """An entry of STORAGES. Whatever is larger than 5 MiB goes in parts."""
        return {
            "BACKEND": "apps.media.storage.bucket.MediaBucket",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": self.url,
                "region_name": REGION,
                "access_key": KEY,
                "secret_key": SECRET,
                "addressing_style": "path",
                "transfer_config": TransferConfig(
                    multipart_threshold=5 * MEBIBYTE, multipart_chunksize=5 * MEBIBYTE, max_concurrency=2
                ),
                **options,
            },
        }

    @cached_property
    def client(self) -> Any:
        """For a look from the side, and a hand."""
        given = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": REGION}
        config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
        return boto3.session.Session().client("s3", endpoint_url=self.url, config=config, **given)

    def names(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def fail(
        self,
        status: int,
        code: str,
        *,
        times: int = 1,
        after: bool = False,
        when: Callable[[str, str, str], bool] = lambda *_: True,
    ) -> None:
        """The next requests that `when(method, path, query)` picks are refused; `after`: once they have been carried out."""
        self._failures += [(when, status, code, after)] * times

    def reset_failures(self) -> None:
        self._failures.clear()

    def reset(self) -> None:
        """As it was in the beginning."""
        self._failures.clear()
        self.clock_ahead, self.part_takes_s = timedelta(), 0
        _bucket().multiparts.clear()
        for key in self.names():
            self.client.delete_object(Bucket=BUCKET, Key=key)
        self.uploads.clear()
        self.requests.clear()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        try:
            late = self._next_failure(method, path, query)
            self._check(environ, method, path, query)
            if method != "GET":
                answer = self._carried_out(environ, method, query)
            else:
                environ["QUERY_STRING"] = re.sub(r"&?response-content-disposition=[^&]*", "", query)
                answer = _part_of_large(environ, path) or self._ask(environ)
            if late:
                raise late
        except Refused as error:
            answer = (
                f"{error.status} {HTTPStatus(error.status).phrase}",
                [("Content-Type", "application/xml")],
                _xml(error, path),
            )
            if method == "HEAD":
                answer = (*answer[:2], b"")
        status, headers, body = answer
        self.requests.append((method, path, query, int(status[:3])))
        start(status, headers)
        return [body]

    def _next_failure(self, method: str, path: str, query: str) -> Refused | None:
        with self._lock:
            found = next((one for one in self._failures if one[0](method, path, query)), None)
            if found is None:
                return None
            self._failures.remove(found)
        error = Refused(found[1], found[2])
        if found[3]:
            return error
        raise error

    def _check(self, environ: dict[str, Any], method: str, path: str, query: str) -> None:
        named = parse_qs(query, keep_blank_values=True)
        asked = {name[5:].replace("_", "-").lower() for name in environ if name.startswith("HTTP_")} | set(
            map(str.lower, named)
        )
        self._check_signature(environ, named)
        if "//" in path or "/../" in path or "/./" in path:
            raise Refused(405, "MethodNotAllowed")
        if "acl" in named or "x-amz-acl" in asked:
            raise Refused(400, "AccessControlListNotSupported")
        if "delete" not in named and method in {"PUT", "POST"} and any(name.startswith(_WRITES) for name in asked):
            raise Refused(400, "InvalidRequest")
        if "x-amz-tagging" in asked or "x-amz-server-side-encryption" in asked:
            raise Refused(400, "InvalidRequest")

    def _check_signature(self, environ: dict[str, Any], named: dict[str, list[str]]) -> None:
        header = environ.get("HTTP_AUTHORIZATION", "")
        scope = named.get("X-Amz-Credential", [""])[0] or (re.search(r"Credential=([^,\s]+)", header) or ["", ""])[1]
        key, _, rest = scope.partition("/")
        if key != KEY:
            raise Refused(403, "InvalidAccessKeyId")
        if f"/{REGION}/s3/" not in f"/{rest}":
            raise Refused(
                400,
                "AuthorizationQueryParametersError"
                if named.get("X-Amz-Credential")
                else "AuthorizationHeaderMalformed",
            )
        stamp = named.get("X-Amz-Date", [environ.get("HTTP_X_AMZ_DATE", "")])[0]
        at = datetime.strptime(f"{stamp}+0000", "%Y%m%dT%H%M%SZ%z")
        now = datetime.now(UTC) + self.clock_ahead
        if "X-Amz-Expires" in named:
            seconds = int(named["X-Amz-Expires"][0])
            if not 0 < seconds <= 7 * 24 * 3600:
                raise Refused(400, "AuthorizationQueryParametersError")
            if now > at + timedelta(seconds=seconds):
                raise Refused(403, "AccessDenied")
        elif abs(now - at) > timedelta(minutes=15):
            raise Refused(403, "RequestTimeTooSkewed")

    def _carried_out(
        self, environ: dict[str, Any], method: str, query: str
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """The rules of multipart uploads."""
        named = parse_qs(query, keep_blank_values=True)
        upload = named.get("uploadId", [""])[0]
        if method == "POST" and "uploads" in named:
            answer = self._ask(environ)
            found = re.search(rb"<UploadId>([^<]+)<", answer[2])
            if found:
                self.uploads[found[1].decode()] = []
            return answer
        if not upload:
            return self._ask(environ)
        with self._lock:
            if upload not in self.uploads:
                raise Refused(404, "NoSuchUpload")
            if method == "PUT":
                time.sleep(self.part_takes_s)
                self._check_part(upload, int(named["partNumber"][0]), int(environ.get("CONTENT_LENGTH") or 0), environ)
            elif method in {"POST", "DELETE"}:
                del self.uploads[upload]
        return self._ask(environ)

    def _check_part(self, upload: str, number: int, size: int, environ: dict[str, Any]) -> None:
        """Whatever is wrong here ends the whole upload."""
        size = int(environ.get("HTTP_X_AMZ_DECODED_CONTENT_LENGTH") or size)
        parts = self.uploads[upload]
        trouble = ""
        if not size or any(part.number == number for part in parts):
            trouble = "InvalidPart"
        for part in parts:
            earlier, later = (part.size, size) if part.number < number else (size, part.size)
            if earlier < self.least_part:
                trouble = "EntityTooSmall"
            if later > earlier:
                trouble = "InvalidPart"
        lengths = [part.size for part in sorted([*parts, Part(number, size)], key=lambda part: part.number)][:-1]
        if len(set(lengths)) > 1:
            trouble = "InvalidPart"
        if trouble:
            del self.uploads[upload]
            _bucket().multiparts.pop(upload)
            raise Refused(400, trouble)
        parts.append(Part(number, size))

    def _ask(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        heard: list[Any] = []
        body = b"".join(self._inner(environ, lambda status, headers, *_: heard.extend((status, headers))))
        return heard[0], heard[1], body


def _bucket() -> Any:
    """What moto knows of the bucket."""
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET]


def _part_of_large(environ: dict[str, Any], path: str) -> tuple[str, list[tuple[str, str]], bytes] | None:
    """moto reads the whole of an object for each range of it; of a gigabyte that is not to be waited for."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", environ.get("HTTP_RANGE", ""))
    key = _bucket().keys.get(path.removeprefix(f"/{BUCKET}/"))
    if not asked or key is None or key.contentsize < _LARGE or int(asked[1]) >= key.contentsize:
        return None
    first, last = int(asked[1]), min(int(asked[2]), key.contentsize - 1)
    with key.lock:
        key._value_buffer.seek(first)
        body = key._value_buffer.read(last - first + 1)
    told = {"Content-Range": f"bytes {first}-{last}/{key.contentsize}", "Content-Length": str(len(body))}
    return (
        "206 Partial Content",
        [*told.items(), ("ETag", key.etag), ("Last-Modified", key.last_modified_RFC1123)],
        body,
    )


def _xml(error: Refused, path: str) -> bytes:
    told = f"<Error><Code>{error.code}</Code><Message>{error.code}</Message><Resource>{path}</Resource></Error>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{told}'.encode()


@contextmanager
def serving() -> Iterator[StrictS3]:
    """With one empty bucket. moto keeps what is in it for as long as the process lives: `reset` empties it."""
    s3 = StrictS3()
    s3._inner = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, s3, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    s3.url = f"http://127.0.0.1:{server.server_port}"
    s3.client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    try:
        yield s3
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
