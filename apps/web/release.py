"""Which build of the scripts and styles this process serves. A page that was made with another one is out of date."""

import hashlib
from functools import lru_cache
from pathlib import Path

from apps.web.assets import manifest_path


def release() -> str:
    """Twelve characters that change with any built file; empty before the first build."""
    path = manifest_path()
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return ""


@lru_cache(maxsize=2)
def _digest(path: Path, _modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
