"""What every page of the shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.web.navigation import places_for


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "places": places_for(getattr(request, "user", None), request.path),
    }
