"""What every page of the shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.core.flags import Flag, has_flag
from apps.core.realtime.viewers import mark_of
from apps.web.navigation import places_for


def shell(request: HttpRequest) -> dict[str, Any]:
    person, session = getattr(request, "user", None), getattr(request, "session", None)
    return {
        "site_name": settings.SITE_NAME,
        "places": places_for(person, request.path),
        "may_create": has_flag(person, Flag.CREATE),
        "line": mark_of(person, session.session_key if session else None),
    }
