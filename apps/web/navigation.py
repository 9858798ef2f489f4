"""The places in the header and in the phone's bottom bar, for the person who looks."""

from dataclasses import dataclass

from django.conf import settings

from apps.core.flags import Flag, has_flag


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    icon: str
    boosted: bool = True  # False: another shell (the admin), reached by a full load
    current: bool = False


_HOME = Place("Home", "/", "home")
_CREATORS = (Place("Studio", "/studio/", "film"),)
_SIGNED_IN = (Place("My jobs", "/jobs/", "list-checks"),)
_OPERATORS = (
    Place("All jobs", "/jobs/all/", "layers"),
    Place("Admin", f"/{settings.ADMIN_PATH}", "shield", boosted=False),
)


def places_for(person: object, path: str) -> list[Place]:
    """In reading order; `current` is the place with the longest address that `path` begins with."""
    offered = [_HOME]
    if has_flag(person, Flag.CREATE):
        offered += _CREATORS
    if getattr(person, "is_authenticated", False):
        offered += _SIGNED_IN
    if has_flag(person, Flag.OPERATE):
        offered += _OPERATORS
    fitting = [place.url for place in offered if path == place.url or (place.url != "/" and path.startswith(place.url))]
    current = max(fitting, key=len, default=None)
    return [
        Place(place.label, place.url, place.icon, boosted=place.boosted, current=place.url == current)
        for place in offered
    ]
