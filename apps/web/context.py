"""What every page of the shell needs to know."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.accounts import impersonation
from apps.core.flags import Flag, has_flag
from apps.core.realtime.viewers import mark_of
from apps.memberships.ladder import offered_tiers
from apps.notifications.services.read import unread_of
from apps.web.navigation import places_for
from apps.web.release import release

_MIDDLE = "main#main"


def shell(request: HttpRequest) -> dict[str, Any]:
    person, session = getattr(request, "user", None), getattr(request, "session", None)
    line = mark_of(person, session.session_key if session else None)
    return {
        **shell_for(person, request.path, has_tiers=bool(offered_tiers())),
        "line": line,
        "unread": partial(_unread, request),
        "impersonation": impersonation.shown(request),
    }


def _unread(request: HttpRequest) -> int:
    """For the bell: one query, none where only the page's middle is taken from the answer (the header stays)."""
    person = getattr(request, "user", None)
    return 0 if request.headers.get("HX-Target") == _MIDDLE else unread_of(person)


def shell_for(person: object, path: str, *, has_tiers: bool) -> dict[str, Any]:
    """The same for a page that must not ask the database who looks: an error page gets the person who is known."""
    return {
        "site_name": settings.SITE_NAME,
        "release": release(),
        "places": places_for(person, path, has_tiers=has_tiers),
        "has_tiers": has_tiers,
        "may_create": has_flag(person, Flag.CREATE),
    }
