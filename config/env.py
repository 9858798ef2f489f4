"""Typed readers for environment variables. A value that does not fit stops the start with its name in the sentence."""

import os
import re
from pathlib import Path

TRUE = frozenset({"1", "true", "yes", "on"})
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?")
FALSE = frozenset({"0", "false", "no", "off", ""})


class BadEnvironment(SystemExit):
    """A variable that cannot be used; the message says which one and what it takes."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"The environment variable {name} must be {expected}.")


def read_str(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def read_secret(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to (without its last line break)."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise BadEnvironment(f"{name}_FILE", "a file that can be read") from error


def read_int(name: str, default: int, *, minimum: int = 0) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadEnvironment(name, "a whole number") from None
    if value < minimum:
        raise BadEnvironment(name, f"{minimum} or more")
    return value


def read_bool(name: str, *, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise BadEnvironment(name, "1 or 0")


def read_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Comma-separated; blanks around a part are dropped, and so are empty parts."""
    raw = os.environ.get(name)
    if raw is None:
        return list(default)
    return [part.strip() for part in raw.split(",") if part.strip()]


def read_origins(name: str) -> list[str]:
    """Comma-separated origins, `https://host` with a port where there is one, and nothing behind it."""
    origins = [origin.rstrip("/") for origin in read_list(name)]
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise BadEnvironment(name, "origins such as https://cdn.example.org, comma-separated")
    return origins
