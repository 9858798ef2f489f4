"""Folders of the running site, for the apps (which do not import config)."""

from config import paths

DATA_DIR = paths.DATA
RUN_DIR = paths.RUN
WORK_DIR = paths.WORK
LOG_DIR = paths.LOG
SECRETS_DIR = paths.SECRETS
POSTGRES_DATA_DIR = paths.POSTGRES_DATA
REDIS_DATA_DIR = paths.REDIS_DATA
PROJECT_DIR = paths.ROOT
