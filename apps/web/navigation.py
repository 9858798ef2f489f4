"""The places in the header and in the phone's bottom bar, for the person who looks."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import NoReverseMatch, is_valid_path, reverse

from apps.core.flags import Flag, has_flag


@dataclass(frozen=True)
class Place:
    """`docked` places stand in the phone's bottom bar too, where five fit; the others are in the account's menu there."""

    label: str
    url: str
    icon: str
    short: str = ""
    docked: bool = True
    boosted: bool = True  # False: another shell (the admin), reached by a full load
    current: bool = False


_EVERYONE = (Place("Home", "/", "home"), Place("Browse", "/browse/", "library"))
_TIERS = Place("Membership", "/tiers/", "ticket", docked=False)
_CREATORS = (Place("Studio", "/studio/", "clapperboard"), Place("Upload", "/studio/upload/", "upload"))
_MANAGERS = (Place("People", "/studio/people/", "users", docked=False),)
_SIGNED_IN = (Place("My jobs", "/jobs/", "list-checks", short="Jobs"),)
_OPERATORS = (
    Place("All jobs", "/jobs/all/", "layers", docked=False),
    Place("Admin", f"/{settings.ADMIN_PATH}", "shield", docked=False, boosted=False),
)


def places_for(person: object, path: str, *, has_tiers: bool = False) -> list[Place]:
    """In reading order; `current` is the place with the longest address that `path` begins with."""
    offered = [*_EVERYONE, *([_TIERS] if has_tiers else [])]
    if has_flag(person, Flag.CREATE):
        offered += [place for place in _CREATORS if is_valid_path(place.url)]
    if getattr(person, "is_authenticated", False):
        offered += _SIGNED_IN
    if has_flag(person, Flag.MANAGE_MEMBERS):
        offered += _MANAGERS
    if has_flag(person, Flag.OPERATE):
        offered += _OPERATORS
    fitting = [place.url for place in offered if path == place.url or (place.url != "/" and path.startswith(place.url))]
    current = max(fitting, key=len, default=None)
    return [replace(place, short=place.short or place.label, current=place.url == current) for place in offered]


# Names of addresses: what the site does not have is left out.
_SETTINGS = (
    ("settings-profile", "Profile", "user"),
    ("settings-account", "Account and e-mail", "mail"),
    ("settings-security", "Sign-in and security", "lock"),
    ("settings-membership", "Membership", "ticket"),
    ("settings-notifications", "Notifications", "bell"),
    ("settings-privacy", "Privacy", "shield"),
    ("settings-tokens", "Access tokens and apps", "key-round"),
    ("settings-data", "Your data", "archive"),
)


def settings_places(path: str) -> list[Place]:
    """The settings pages of one's own account, in reading order."""
    found = []
    for name, label, icon in _SETTINGS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append(Place(label, url, icon, current=path.startswith(url)))
    return found
