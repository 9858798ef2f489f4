"""Secrets that the site needs back (a provider's key, a webhook's address): AES-256-GCM, with keys that rotate.

`e1.<key id>.<nonce and ciphertext>`. The purpose is part of the key and is authenticated, so that a value moved to another
field does not open there. Passwords and tokens that are only compared are hashed instead, never kept here.
"""

import base64
import binascii
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Lookup

from apps.core.keys import Key, current_key, find_key

_FORMAT = "e1"
_NONCE_BYTES = 12


class Undecryptable(ValueError):
    """Not made by `encrypt` for this purpose, changed since, or its key is not in the setting any more."""


def _cipher(key: Key, purpose: str) -> AESGCM:
    return AESGCM(key.derive(f"encrypt:{purpose}"))


def encrypt(text: str, *, purpose: str) -> str:
    """A different text each time, 60 characters longer than base64 of the input. Signs with the newest key."""
    key, nonce = current_key(), os.urandom(_NONCE_BYTES)
    sealed = nonce + _cipher(key, purpose).encrypt(nonce, text.encode(), purpose.encode())
    return f"{_FORMAT}.{key.id}.{base64.urlsafe_b64encode(sealed).decode()}"


def decrypt(sealed: str, *, purpose: str) -> str:
    """What was encrypted; raises Undecryptable."""
    known_format, _, rest = sealed.partition(".")
    key_id, _, encoded = rest.partition(".")
    key = find_key(key_id)
    if known_format != _FORMAT or key is None:
        raise Undecryptable("This was encrypted with a key that is not in BANDSTAND_ENCRYPTION_KEYS.")
    try:
        raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
        plain = _cipher(key, purpose).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Undecryptable("This was changed since it was encrypted, or was encrypted for something else.") from error
    return plain.decode()


def needs_rotation(sealed: str) -> bool:
    """Whether it was encrypted with any but the newest key."""
    return not sealed.startswith(f"{_FORMAT}.{current_key().id}.")


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database. It cannot be searched or ordered by; only `isnull` works.

    `purpose` names what is kept there and never changes, even if the model is renamed.
    """

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper) -> str | None:
        return decrypt(value, purpose=self.purpose) if value else value

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text, purpose=self.purpose) if text else text

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
