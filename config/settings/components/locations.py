"""Folders of the running site, for the apps (which do not import config)."""

from config import paths
from config.env import BadEnvironment, read_int, read_str

DATA_DIR = paths.DATA
RUN_DIR = paths.RUN
WORK_DIR = paths.WORK
LOG_DIR = paths.LOG
SECRETS_DIR = paths.SECRETS
POSTGRES_DATA_DIR = paths.POSTGRES_DATA
REDIS_DATA_DIR = paths.REDIS_DATA
PROJECT_DIR = paths.ROOT

# What `manage.py up` serves on, and how much room the disk must have left.
BIND_HOST = read_str("BANDSTAND_HOST", "127.0.0.1") or "127.0.0.1"
BIND_PORT = read_int("PORT", 8000, minimum=1)
MIN_FREE_BYTES = read_int("BANDSTAND_MIN_FREE_MB", 1024) * 1024 * 1024
if BIND_PORT > 65535:
    raise BadEnvironment("PORT", "a number from 1 to 65535")
# Where people find the site, where that differs from what it is bound to (behind a proxy): https://stand.example.org
SITE_URL = read_str("BANDSTAND_URL")
