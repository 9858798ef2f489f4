"""What staff change while the site runs: limits, prices, presets, addresses. Typed, audited, in force without a restart.

An app declares its settings in `AppConfig.ready()` and reads them where they are needed:

    site_settings.register(
        Spec("jobs.running_per_person", Kind.WHOLE, 4, title="Jobs at once per person", group="Jobs", minimum=1, maximum=100)
    )
    limit = site_settings.get("jobs.running_per_person")

`get` costs one query for all settings every 5 s and process, else nothing; a change is felt by other processes within 5 s
and in its own at once.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction

from apps.core.errors import Invalid
from apps.core.models import SiteSetting, SiteSettingChange

FRESH_SECONDS = 5
HIDDEN = "•••"


class Kind(Enum):
    """What a value may be; `bytes` and `seconds` are whole numbers that forms show with their unit."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105
    SWITCH = "switch"
    WHOLE = "whole"
    NUMBER = "number"
    BYTES = "bytes"
    SECONDS = "seconds"
    CHOICE = "choice"


_WHOLE = frozenset({Kind.WHOLE, Kind.BYTES, Kind.SECONDS})


@dataclass(frozen=True)
class Spec:
    """One setting. `minimum` and `maximum` bound numbers, and the length of texts; `choices` maps values to words."""

    key: str
    kind: Kind
    default: Any
    title: str
    group: str
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, str] | None = None

    def clean(self, value: Any) -> Any:
        """The value as it is stored; raises Invalid with a sentence for whoever typed it."""
        if self.kind is Kind.SWITCH:
            return self._require(value, fits=type(value) is bool, sentence="is either on or off")
        if self.kind is Kind.CHOICE:
            known = self.choices or {}
            return self._require(value, fits=value in known, sentence=f"is one of {', '.join(known.values())}")
        if self.kind in {Kind.TEXT, Kind.SECRET}:
            self._require(value, fits=isinstance(value, str), sentence="is a text")
            return self._bounded(value, len(value), "characters long")
        if self.kind in _WHOLE:
            self._require(value, fits=type(value) is int, sentence="is a whole number")
        else:
            self._require(value, fits=type(value) in {int, float}, sentence="is a number")
        return self._bounded(value, value, "")

    def _bounded(self, value: Any, size: float, unit: str) -> Any:
        self._require(
            value, fits=self.minimum is None or size >= self.minimum, sentence=f"is at least {self.minimum} {unit}"
        )
        return self._require(
            value, fits=self.maximum is None or size <= self.maximum, sentence=f"is at most {self.maximum} {unit}"
        )

    def _require(self, value: Any, *, fits: bool, sentence: str) -> Any:
        if not fits:
            text = f"“{self.title}” {sentence.strip()}."
            raise Invalid(text, fields={self.key: [text]})
        return value


class UnknownSetting(LookupError):
    """No app has declared this key: a mistake in the code."""


_specs: dict[str, Spec] = {}
_lock = threading.Lock()
_stored: dict[str, Any] = {}
_read_at: float | None = None


def register(*specs: Spec) -> None:
    """Declares settings. The default must fit its own bounds."""
    for spec in specs:
        spec.clean(spec.default)
        if _specs.setdefault(spec.key, spec) != spec:
            raise ValueError(f"two settings are called {spec.key}")


def specs() -> list[Spec]:
    """All declared settings, by group and in the order of declaration."""
    groups = list(dict.fromkeys(spec.group for spec in _specs.values()))
    return sorted(_specs.values(), key=lambda spec: groups.index(spec.group))


def find(key: str) -> Spec:
    if key not in _specs:
        raise UnknownSetting(key)
    return _specs[key]


def get(key: str) -> Any:
    """The value in force: what staff have set if it still fits the declaration, else the default."""
    spec = find(key)
    stored = _all_stored()
    if key not in stored:
        return spec.default
    try:
        return spec.clean(stored[key])
    except Invalid:
        return spec.default


def set(key: str, value: Any, *, by: Any) -> None:  # noqa: A001
    """Sets a value and notes who did it; raises Invalid. `by` is a person, or None for the site itself."""
    spec = find(key)
    _change(spec, spec.clean(value), by)


def reset(key: str, *, by: Any) -> None:
    """Back to the default."""
    _change(find(key), None, by)


def forget() -> None:
    """The next `get` reads the database again."""
    global _read_at  # noqa: PLW0603
    _read_at = None


def is_changed(key: str) -> bool:
    """Whether staff have set it."""
    return key in _all_stored()


@transaction.atomic
def _change(spec: Spec, value: Any, by: Any) -> None:
    row, _ = SiteSetting.objects.get_or_create(pk=spec.key)
    row = SiteSetting.objects.select_for_update().get(pk=row.pk)
    field = "secret" if spec.kind is Kind.SECRET else "value"
    old = getattr(row, field)
    if value is None:
        row.delete()
    elif value != old or type(value) is not type(old):
        setattr(row, field, value)
        row.save()
    if value != old or type(value) is not type(old):
        hide = spec.kind is Kind.SECRET
        SiteSettingChange.objects.create(
            key=spec.key,
            old=HIDDEN if hide and old else old,
            new=HIDDEN if hide and value else value,
            by_id=getattr(by, "pk", None),
            by_name=str(by) if by is not None else "the site",
        )
    forget()
    transaction.on_commit(forget)


def _all_stored() -> dict[str, Any]:
    global _read_at, _stored  # noqa: PLW0603
    now = time.monotonic()
    if _read_at is None or now - _read_at > FRESH_SECONDS:
        with _lock:
            rows = SiteSetting.objects.values_list("key", "value", "secret")
            _stored = {key: secret if value is None else value for key, value, secret in rows}
            _read_at = now
    return _stored
