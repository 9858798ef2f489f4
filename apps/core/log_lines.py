"""Log lines that say whose they are: the request and the job that they belong to, as plain text or as JSON.

    with about(job_id=str(claim.id), request_id=claim.request_id):
        ...                                  # every line in here carries both

Named in config/settings/components/logging.py; `LOG_FORMAT=json` chooses the second.
"""

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NOTHING)
_LONGEST = 20_000


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Adds fields to the lines of this thread or task; empty ones are left out."""
    token = _about.set({**_about.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _about.reset(token)


def add(**fields: str) -> None:
    """The same until the surrounding `about` ends."""
    _about.set({**_about.get(), **{name: value for name, value in fields.items() if value}})


def current(name: str) -> str:
    """The value of a field here, or an empty text."""
    return _about.get().get(name, "")


class LineFormatter(logging.Formatter):
    """For people: the usual line, and behind it what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _about.get()
        line = super().format(record)
        if not fields:
            return line
        first, *rest = line.split("\n", 1)
        named = " ".join(f"{name}={value}" for name, value in fields.items())
        return "\n".join([f"{first} [{named}]", *rest])


class JsonFormatter(logging.Formatter):
    """For machines: one object a line, with `at`, `level`, `logger`, `message`, what it is about, and `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage()[:_LONGEST],
            **_about.get(),
        }
        if record.exc_info and record.exc_info[0]:
            told["trace"] = "".join(traceback.format_exception(*record.exc_info))[-_LONGEST:]
        return json.dumps(told, ensure_ascii=False, default=str)
