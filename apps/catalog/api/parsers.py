"""Pictures as bodies of requests."""

from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from rest_framework.parsers import BaseParser

_BLOCK = 64 << 10


class _PictureParser(BaseParser):
    """The body as an iterator of blocks: nothing is read before it is known who asks, and nothing more than is taken."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return iter(partial(stream.read, _BLOCK), b"")


class PngParser(_PictureParser):
    media_type = "image/png"


class JpegParser(_PictureParser):
    media_type = "image/jpeg"


class WebpParser(_PictureParser):
    media_type = "image/webp"


PICTURE_PARSERS = (PngParser, JpegParser, WebpParser)
