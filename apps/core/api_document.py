"""`/api/schema/`: the OpenAPI document. It says the same to everyone and only changes with the code, so it is made once."""

from functools import lru_cache
from typing import Any

from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document, as JSON-able values."""
    generator = spectacular_settings.DEFAULT_GENERATOR_CLASS()
    found: dict[str, Any] = generator.get_schema(request=None, public=True)
    return found


class SchemaView(SpectacularAPIView):
    """YAML unless JSON is asked for (`Accept`, or `?format=json`)."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        suffix = "json" if "json" in (request.accepted_media_type or "") else "yaml"
        headers = {
            "Content-Disposition": f'inline; filename="bandstand.{suffix}"',
            "Cache-Control": "public, max-age=300",
        }
        return Response(document(), headers=headers)
