"""What somebody says of themselves, and how they like the site to be for them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.enums import Audience
from apps.accounts.models import User
from apps.accounts.names import clean_bio, clean_display_name
from apps.accounts.services.activity import record
from apps.core.errors import Invalid

_UNTIDY = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def zones() -> list[str]:
    """Names of time zones that people choose from, sorted: those of places, and UTC."""
    places = {name for name in _all_zones() if "/" in name and not name.startswith(_UNTIDY)}
    return ["UTC", *sorted(places)]


def is_zone(name: str) -> bool:
    return name in _all_zones()


@lru_cache(maxsize=1)
def _all_zones() -> frozenset[str]:
    """Reads the folders of the time zones, once."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def edit_profile(*, person: User, changes: Mapping[str, Any], request: HttpRequest | None = None) -> list[str]:
    """Changes some of `display_name`, `bio`, `time_zone`, `language` and `profile_seen_by`.

    Returns the names of those that are another now. Raises Invalid with a sentence for each field; TypeError for a field that
    is not one of these: whoever calls has to leave out what others sent along.
    """
    cleaned = {name: _CLEAN[name](value) for name, value in changes.items()} if _known(changes) else {}
    changed = [name for name, value in cleaned.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, cleaned[name])
    if changed:
        person.save(update_fields=[*changed, "updated_at"])
        record("profile.changed", actor=person, subject=person, request=request, fields=changed)
    return changed


def _known(changes: Mapping[str, Any]) -> bool:
    unknown = set(changes) - set(_CLEAN)
    if unknown:
        raise TypeError(f"no part of a profile: {', '.join(sorted(unknown))}")
    return True


def _zone(value: Any) -> str:
    if value and not is_zone(str(value)):
        raise _invalid("time_zone", "There is no time zone of this name. They read like Europe/Lisbon.")
    return str(value)


def _language(value: Any) -> str:
    if value and value not in dict(settings.LANGUAGES):
        raise _invalid("language", "This language is not known here. They are written like en, de or pt-br.")
    return str(value)


def _audience(value: Any) -> str:
    if value not in Audience.values:
        raise _invalid("profile_seen_by", f"Choose one of {', '.join(Audience.values)}.")
    return str(value)


_CLEAN: dict[str, Callable[[Any], Any]] = {
    "display_name": clean_display_name,
    "bio": clean_bio,
    "time_zone": _zone,
    "language": _language,
    "profile_seen_by": _audience,
}


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
