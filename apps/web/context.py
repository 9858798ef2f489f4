"""What every page of the shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.web.navigation import places_for
from apps.web.release import release


def shell(request: HttpRequest) -> dict[str, Any]:
    return shell_for(getattr(request, "user", None), request.path)


def shell_for(person: object, path: str) -> dict[str, Any]:
    """The same for a page that must not ask the database who looks: an error page gets the person who is known."""
    return {"site_name": settings.SITE_NAME, "release": release(), "places": places_for(person, path)}
