"""What `npm run build` left behind: where each asset lies, and whether there is anything at all."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

MISSING = "The site's scripts and styles are not built yet: run `npm run build`."


def manifest_path() -> Path:
    return _path_in(str(settings.PROJECT_DIR))


@lru_cache(maxsize=2)
def _path_in(project: str) -> Path:
    """Kept: a page asks for a hundred of them."""
    return Path(project, "static", "build", "manifest.json")


@lru_cache(maxsize=2)
def _read(path: Path, _modified_ns: int) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def build_stamp() -> int | None:
    """Tells one build from the next (nanoseconds), or None where nothing has been built."""
    try:
        return manifest_path().stat().st_mtime_ns
    except FileNotFoundError:
        return None


def manifest() -> dict[str, Any] | None:
    """The build's manifest (places, files, licences), or None where nothing has been built."""
    stamp = build_stamp()
    return None if stamp is None else _read(manifest_path(), stamp)


def asset_url(name: str) -> str:
    """The URL of a built or copied asset: `app.js`, `site.css`, `hls.js/hls.min.mjs`.

    Without a build the plain address is given, so that pages still render (tests need no build). An asset that the
    build does not know is a programming error.
    """
    stamp = build_stamp()
    if stamp is None:
        return f"{settings.STATIC_URL}build/{name}"
    try:
        return _served(manifest_path(), stamp, settings.STATIC_URL, name)
    except ValueError:  # built, but not collected yet: hashed names come with collectstatic
        return f"{settings.STATIC_URL}{_read(manifest_path(), stamp)['places'][name]}"


@lru_cache(maxsize=512)
def _served(path: Path, stamp: int, _static_url: str, name: str) -> str:
    """Kept: a page asks for a hundred addresses. Raises ValueError before collectstatic, which is not kept."""
    return static(_read(path, stamp)["places"][name])
