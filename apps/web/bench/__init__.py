"""`make bench NAME=web`: how soon a browser plays what is asked for, on the site as it is served, in a real Chromium; and how
long the catalogue's pages take.

Needs the built scripts (`npm run build`). Takes about a minute.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from apps.core.bench import Figure
from apps.streaming.bench.workers import own_settings
from apps.web.bench.pages import pages
from apps.web.bench.play import starts
from apps.web.bench.site import serving


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bst-bench-") as name, own_settings(), serving() as address:
        yield from starts(Path(name), address)
    yield from pages()
