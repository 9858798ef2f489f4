"""Families of providers (a voice engine, a membership source, an alert channel), chosen in settings like STORAGES:

    VOICES = {
        "default": {"BACKEND": "apps.narration.providers.espeak.Espeak", "OPTIONS": {"rate": 160}},
        "fake": {"BACKEND": "apps.narration.providers.fake.FakeVoice"},
    }

    voices = family("VOICES", Voice)        # in the app's providers/base.py, beside the Protocol
    voices["default"].speak(…)

A backend is imported when it is first used, so that a heavy library costs only those who chose it. `manage.py check`
verifies every alias. Each family has a `fake` and one contract test that runs over all of its providers (see
tests/core/test_providers.py for its shape).
"""

from collections.abc import Iterator, Mapping
from threading import RLock
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

P = TypeVar("P")
DEFAULT = "default"


class UnknownProvider(LookupError):
    """No provider of this family has that alias."""


class Family(Mapping[str, P], Generic[P]):
    """The providers of one setting, by alias; each is made once, with its OPTIONS as keyword arguments.

    `contract` is the Protocol or base class that they keep: a class is checked by inheritance, a Protocol (which must be
    `runtime_checkable`) by its members.
    """

    def __init__(self, setting: str, contract: type[P]) -> None:
        self.setting = setting
        self.contract = contract
        self._made: dict[str, P] = {}
        self._lock = RLock()

    @property
    def configured(self) -> Mapping[str, Mapping[str, Any]]:
        return getattr(settings, self.setting, {})

    @property
    def default(self) -> P:
        return self[DEFAULT]

    def __getitem__(self, alias: str) -> P:
        with self._lock:
            if alias not in self._made:
                self._made[alias] = self._make(alias)
            return self._made[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(self.configured)

    def __len__(self) -> int:
        return len(self.configured)

    def forget(self) -> None:
        """The next use makes the providers anew, from the settings as they are then."""
        with self._lock:
            self._made.clear()

    def _make(self, alias: str) -> P:
        if alias not in self.configured:
            raise UnknownProvider(f"{self.setting} has no {alias!r}; it has {', '.join(self.configured) or 'nothing'}.")
        chosen = self.configured[alias]
        made = import_string(chosen["BACKEND"])(**chosen.get("OPTIONS", {}))
        if not isinstance(made, self.contract):
            raise TypeError(f"{chosen['BACKEND']} does not keep the contract {self.contract.__name__}")
        return made

    def check(self) -> list[CheckMessage]:
        """One error for each alias that cannot be used."""
        found: list[CheckMessage] = []
        for alias in self.configured:
            try:
                self[alias]
            except (ImportError, TypeError, KeyError, ValueError) as error:
                text = f"{self.setting}[{alias!r}] cannot be used: {error}"
                found.append(Error(text, hint="See docs/howto for this family.", id="core.E001"))
        return found


_families: dict[str, Family[Any]] = {}


def family(setting: str, contract: type[P]) -> Family[P]:
    """The family of this setting, made known to the system check."""
    return _families.setdefault(setting, Family(setting, contract))


def check_families(**_: Any) -> list[CheckMessage]:
    """System check, registered by CoreConfig."""
    return [message for known in _families.values() for message in known.check()]


def _settings_changed(*, setting: str, **_: Any) -> None:
    if setting in _families:
        _families[setting].forget()


setting_changed.connect(_settings_changed)
