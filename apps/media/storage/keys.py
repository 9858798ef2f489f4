"""Names of objects. S3 services disagree about odd ones (`//`, `..`, blanks), so that ours are plain by construction."""

import re

_KEY = re.compile(r"(?:assets|streams|covers|avatars|probe)(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){1,6}/?\Z")
_LISTED_WHOLE = frozenset({"covers/", "avatars/"})


def safe_key(key: str) -> str:
    """The key (or a folder's prefix, with its slash at the end) if it is one of ours; ValueError is a mistake in the code."""
    if not _KEY.match(key) or ".." in key:
        raise ValueError(f"not a key: {key!r}")
    return key


def safe_prefix(prefix: str) -> str:
    """The same for what is only listed: all pictures of a family, too."""
    return prefix if prefix in _LISTED_WHOLE else safe_key(prefix)
