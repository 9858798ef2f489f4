"""What tus 1.0 clients write in headers, read strictly. https://tus.io/protocols/resumable-upload

All of these raise UploadRefused with a sentence and status 400 (or 413) for what the protocol does not allow.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from apps.media.conf import upload_limits
from apps.media.errors import TooLarge, UploadRefused
from apps.media.names import clean_name
from apps.media.words import clean_words

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,checksum,termination,expiration,concatenation"  # no trailers
)
PIECE_TYPE = "application/offset+octet-stream"
_ALGORITHMS: Mapping[str, Callable[[], "_Hash"]] = MappingProxyType(
    {
        "sha1": lambda: hashlib.sha1(usedforsecurity=False),
        "sha256": hashlib.sha256,
        "sha512": hashlib.sha512,
        "md5": lambda: hashlib.md5(usedforsecurity=False),
    }
)
ALGORITHMS = ",".join(_ALGORITHMS)
# What a column of eight bytes holds.
_MOST = 2**63 - 1
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,100}")  # printable ASCII without space and comma
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}")
_KIND = re.compile(r"[a-z_]{1,20}")


@dataclass(frozen=True)
class Metadata:
    """`raw` is what the client sent; the rest is what we use of it, cleaned."""

    raw: str = ""
    filename: str = "file"
    title: str = ""
    kind: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Checksum:
    """The digest that the bytes of one request must have."""

    algorithm: str
    digest: bytes
    sum: "_Hash" = field(compare=False)

    @property
    def fits(self) -> bool:
        return self.sum.digest() == self.digest


def read_number(raw: str | None, name: str) -> int | None:
    """A length or an offset; None if the header is not there."""
    if raw is None:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", raw.strip()) or int(raw) > _MOST:
        raise UploadRefused(f"{name} is a whole number that is not negative.", code="bad_number")
    return int(raw)


def read_length(length: str | None, deferred: str | None) -> int | None:
    """Of a creation: exactly one of the two headers; None if the length comes later."""
    found = read_number(length, "Upload-Length")
    if deferred is not None and deferred.strip() != "1":
        raise UploadRefused("Upload-Defer-Length can only be 1.", code="bad_length")
    if (found is None) == (deferred is None):
        raise UploadRefused("Say either Upload-Length or Upload-Defer-Length.", code="bad_length")
    return found


def read_checksum(raw: str | None) -> Checksum | None:
    """`sha1 <base64 of the raw digest>`."""
    if raw is None:
        return None
    algorithm, _, encoded = raw.strip().partition(" ")
    if algorithm not in _ALGORITHMS:
        raise UploadRefused(f"Checksums can be {ALGORITHMS.replace(',', ', ')}.", code="unknown_checksum")
    total = _ALGORITHMS[algorithm]()
    digest = _decoded(encoded.strip())
    if digest is None or len(digest) != total.digest_size:
        raise UploadRefused("This checksum is not the base64 of a digest.", code="bad_checksum")
    return Checksum(algorithm, digest, total)


def read_metadata(raw: str | None) -> Metadata:
    """`filename bmlnaHQubXAz,filetype YXVkaW8vbXBlZw==,private`."""
    raw = (raw or "").strip()
    if len(raw) > upload_limits().metadata_bytes:
        raise UploadRefused("There is too much metadata.", code="bad_metadata", status=413)
    if not raw:
        return Metadata()
    found = _pairs(raw)
    words = {key: _text(key, found[key]) for key in ("filename", "title", "kind", "filetype") if key in found}
    content_type = words.get("filetype", "").strip().lower()
    kind = words.get("kind", "").strip().lower()
    return Metadata(
        raw=raw,
        filename=clean_name(words.get("filename", "")),
        title=clean_words(words.get("title", ""), 200),
        kind=kind if _KIND.fullmatch(kind) else "",
        content_type=content_type if _TYPE.fullmatch(content_type) else "",
    )


def _pairs(raw: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for pair in raw.split(","):
        key, _, encoded = pair.strip().partition(" ")
        value = _decoded(encoded.strip())
        if not _KEY.fullmatch(key) or key in found:
            raise UploadRefused("The keys of metadata are unique and printable ASCII.", code="bad_metadata")
        if value is None:
            raise UploadRefused(f"The metadata “{key[:40]}” is not base64.", code="bad_metadata")
        found[key] = value
    return found


def _text(key: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise UploadRefused(f"The metadata “{key}” is not text in UTF-8.", code="bad_metadata") from error


def _decoded(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def read_parts(concat: str) -> list[str]:
    """The ids in `final;/api/v1/uploads/<id>/ https://stand.example.org/api/v1/uploads/<id>/`, in order.

    Only the last part of each address counts: whether it is an upload of this person is asked of the database.
    """
    addresses = concat.removeprefix("final;").split()
    if not addresses:
        raise UploadRefused("Say which uploads are to be put together.", code="bad_concat")
    if len(addresses) > upload_limits().parts:
        raise TooLarge(f"At most {upload_limits().parts} uploads can be put together.", code="too_many_parts")
    return [address.rstrip("/").rpartition("/")[2] for address in addresses]
