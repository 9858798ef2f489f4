"""How bodies of API requests are read."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as RestJSONParser

from apps.core.errors import AppError


class JSONParser(RestJSONParser):
    """DRF's, except that it reads no more than DATA_UPLOAD_MAX_MEMORY_SIZE (DRF does not ask Django's limit), and that a
    body of a hundred thousand brackets is the sender's mistake and not a crash of ours.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise AppError("This is more than the site takes in one piece.", code="too_large", status=413)
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
