"""The data folder as the first start lays it out: private folders, and secrets that nobody else can read."""

import base64
import os
import secrets
from pathlib import Path

SECRET_KEY = "secret_key"  # noqa: S105 - a file's name
ENCRYPTION_KEYS = "encryption_keys"


def make_folders(folders: list[Path]) -> None:
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write_new(path: Path, text: str) -> bool:
    """Writes the file whole or not at all, and never over one that is there; returns whether it wrote."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return True


def make_secrets(folder: Path) -> bool:
    """Makes what the first start needs: Django's key, and one encryption key as `<id>:<base64 of 32 bytes>`.

    Returns whether something was made; the settings that this process has read know nothing of it then.
    """
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    made = [
        _write_new(folder / SECRET_KEY, secrets.token_urlsafe(64) + "\n"),
        _write_new(folder / ENCRYPTION_KEYS, f"k{secrets.token_hex(4)}:{key}\n"),
    ]
    return any(made)


def open_secrets(folder: Path) -> list[Path]:
    """Secrets that others on this machine could read."""
    return [path for path in sorted(folder.glob("*")) if path.stat().st_mode & 0o077]
