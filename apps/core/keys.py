"""The site's secret keys, newest first: `BANDSTAND_ENCRYPTION_KEYS = ["<id>:<base64 of 32 bytes>", …]`.

The first one signs and encrypts; all of them verify and decrypt. To rotate: put a new key (`manage.py newkey`) in front,
run `manage.py rotatekeys`, and drop the old one when the longest-lived token signed with it has ended. No key is ever
used as it is: each purpose gets one of its own by HKDF (RFC 5869), so that a token for one thing opens no other.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,16}\Z")


@dataclass(frozen=True)
class Key:
    id: str
    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for this purpose alone. `purpose` reads `<what is done>:<for what>`."""
        return _derive(self.secret, purpose)


@lru_cache(maxsize=256)
def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"bandstand:{purpose}".encode()).derive(secret)


def parse_key(line: str) -> Key:
    """Reads one `<id>:<base64>` line; ImproperlyConfigured says what is wrong without showing the key."""
    name, _, encoded = line.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if not _ID.match(name) or len(secret) != KEY_BYTES:
        raise ImproperlyConfigured(
            "Each of BANDSTAND_ENCRYPTION_KEYS is an id of up to 16 letters, digits, - or _, a colon, and 32 bytes in"
            " base64; `manage.py newkey` makes one."
        )
    return Key(name, secret)


@lru_cache(maxsize=8)
def _parse(lines: tuple[str, ...]) -> tuple[Key, ...]:
    keys = tuple(parse_key(line) for line in lines)
    if not keys:
        raise ImproperlyConfigured("BANDSTAND_ENCRYPTION_KEYS is empty; `manage.py newkey` makes a key.")
    if len({key.id for key in keys}) != len(keys):
        raise ImproperlyConfigured("Two of BANDSTAND_ENCRYPTION_KEYS have the same id.")
    return keys


def keyring() -> tuple[Key, ...]:
    """All keys, newest first; never empty."""
    return _parse(tuple(settings.BANDSTAND_ENCRYPTION_KEYS))


def current_key() -> Key:
    return keyring()[0]


def find_key(key_id: str) -> Key | None:
    return next((key for key in keyring() if key.id == key_id), None)


def new_key_line() -> str:
    """A fresh line for the setting. The id is random: two machines that rotate at once make two different ids."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
