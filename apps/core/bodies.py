"""No request brings more than the site is ready to hold.

Daphne gathers a whole body, in memory and in a temporary file, and so does Django, before a view is asked whether it
wants it: whoever is allowed nothing could fill disk and memory. Here a body that is too large is refused by its length,
and one that hides its length is cut.

    bound_daphne(largest)                                     # config/asgi.py
    application = bounded_bodies(application, largest)        # any ASGI server
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from daphne import http_protocol

from apps.core.api_errors import error_body

Application = Callable[..., Awaitable[None]]
Message = MutableMapping[str, Any]


class _TooLong(Exception):
    """More came than is taken."""


class _Nowhere(BytesIO):
    """Where a body goes that is not wanted."""

    def write(self, piece: Any) -> int:
        return len(piece)


def bounded_bodies(application: Application, largest: int, headers: dict[str, str] | None = None) -> Application:
    """ASGI middleware: answers 413 to larger bodies, in the API's error shape and with these headers beside."""
    said = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def bounded(scope: Message, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        came = 0

        async def counting() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > largest:
                raise _TooLong
            return message

        try:
            if _length(scope) > largest:
                raise _TooLong
            await application(scope, counting, send)
        except _TooLong:
            await _refuse(send, largest, said)

    return bounded


async def _refuse(send: Any, largest: int, headers: list[tuple[bytes, bytes]]) -> None:
    body = json.dumps(error_body("too_large", f"A request can bring at most {largest >> 20} MiB.")).encode()
    size = (b"content-length", str(len(body)).encode())
    told = [(b"content-type", b"application/json"), size, (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": 413, "headers": told})
    await send({"type": "http.response.body", "body": body})


def _length(scope: Message) -> int:
    found = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(found) if found.isdigit() else 0


def bound_daphne(largest: int) -> None:
    """Teaches daphne's requests not to gather more than that: the middleware is only asked when all has come."""

    class Bounded(http_protocol.WebRequest):
        content: Any
        _came = 0

        def gotLength(self, length: int | None) -> None:  # noqa: N802  (Twisted's name)
            super().gotLength(length)
            if length is not None and length > largest:
                self.content.close()
                self.content = _Nowhere()

        def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
            self._came += len(data)
            if self._came > largest and not isinstance(self.content, _Nowhere):
                self.content.close()
                self.content = _Nowhere()
                self.channel.loseConnection()
            super().handleContentChunk(data)

    http_protocol.WebRequest = Bounded
