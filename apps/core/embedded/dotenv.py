"""The file `.env`. Only manage.py reads it, before the settings: tests and containers get their environment from outside."""

import os
import re
from pathlib import Path


def load_file(path: Path) -> None:
    """Takes variables from a file of NAME=value lines (see .env.example). What the environment already says stays."""
    if not path.is_file():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise SystemExit(f"Line {number} of {path} is not NAME=value.")
        os.environ.setdefault(name.strip(), _plain(value.strip()))


def _plain(value: str) -> str:
    """A quoted value as it is, another one without the remark that may follow it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
