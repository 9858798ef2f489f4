"""Where things lie on disk. Everything that the site writes is below DATA, which BANDSTAND_DATA moves."""

import hashlib
import os
import tempfile
from pathlib import Path

from config.env import read_str

ROOT = Path(__file__).resolve().parent.parent
DATA = (ROOT / read_str("BANDSTAND_DATA", "var")).resolve()

MEDIA = DATA / "media"
WORK = DATA / "work"
LOG = DATA / "log"
SECRETS = DATA / "secrets"
POSTGRES_DATA = DATA / "postgres"
REDIS_DATA = DATA / "redis"

# The kernel takes at most 107 bytes for the path of a unix socket; the longest name below RUN is PostgreSQL's lock.
_LONGEST_RUN_PATH = 107 - len("/.s.PGSQL.5432.lock")


def _run_folder() -> Path:
    wanted = DATA / "run"
    if len(os.fsencode(wanted)) <= _LONGEST_RUN_PATH:
        return wanted
    digest = hashlib.sha256(os.fsencode(DATA)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"bandstand-{os.getuid()}-{digest}"


RUN = _run_folder()
POSTGRES_SOCKET = RUN / ".s.PGSQL.5432"
REDIS_SOCKET = RUN / "redis.sock"
