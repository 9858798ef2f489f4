"""Names of objects. S3 services disagree about odd ones (`//`, `..`, blanks), so that ours are plain by construction."""

import re

_KEY = re.compile(r"(?:assets|streams|probe)(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){1,6}/?\Z")


def safe_key(key: str) -> str:
    """The key (or a folder's prefix, with its slash at the end) if it is one of ours; ValueError is a mistake in the code."""
    if not _KEY.match(key) or ".." in key:
        raise ValueError(f"not a key: {key!r}")
    return key
