"""The files that a first start gathers for the pages: one site of a run gathers them, the others begin with a copy.

Gathering costs fourteen seconds of a processor and gives every site of a run the same. A site gathers anew wherever the
stamp within the copy does not fit, as it would on somebody's machine after an update.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def gathered_once(data: Path) -> Iterator[None]:
    """Within this block a site starts on the data folder; others that would gather at the same time wait for it."""
    mine, shared = data / "static", _folder() / "gathered"
    if mine.exists():
        yield
        return
    with (_folder() / "gathered.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            yield
            _keep(mine, shared)
            return
    _copy(shared, mine)
    yield


def _folder() -> Path:
    """That of the whole run (tests/plugin.py): all its processes see it."""
    return Path(os.environ["BANDSTAND_DATA"])


def _keep(mine: Path, shared: Path) -> None:
    if (mine / ".gathered").is_file():
        part = shared.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(mine, part)
        part.rename(shared)


def _copy(shared: Path, mine: Path) -> None:
    mine.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copytree(shared, mine)
