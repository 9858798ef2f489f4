"""Noticing that a client does not read.

ASGI's `send` may wait until the client has taken enough; uvicorn's does. Daphne's does not: it puts everything into an
unbounded buffer of the transport. Twisted tells its *producers* when that buffer is full, so we register as one.

    application = expose_connection(application)      # outermost, in config/asgi.py

    with back_pressure(scope) as valve:               # in a consumer or an async view (`request.scope`)
        await send(…)
        await valve.wait(30)
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import Any

_KEY = "bandstand.connection"
CLOSING_SECONDS = 10  # how long a slow client has to read up to the close code before the connection is cut
Scope = MutableMapping[str, Any]
Application = Callable[..., Awaitable[None]]


class Valve:
    """Closed while the transport's buffer is full. Twisted calls the three methods of its IPushProducer."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    async def wait(self, seconds: float) -> bool:
        """Waits until there is room again, at most so long; whether there is."""
        if self.is_open:
            return True
        try:
            async with asyncio.timeout(seconds):  # unlike wait_for in Python 3.11 it never swallows a cancellation
                await self._open.wait()
        except TimeoutError:
            return False
        return True

    def pauseProducing(self) -> None:  # noqa: N802
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone: nobody should wait for it."""
        self._open.set()


def expose_connection(application: Application) -> Application:
    """ASGI middleware: keeps daphne's protocol object (the first argument of its `send`) in the scope."""

    async def exposing(scope: Scope, receive: Any, send: Any) -> None:
        protocol = send.args[0] if isinstance(send, partial) and send.args else None
        if hasattr(protocol, "registerProducer"):
            scope = {**scope, _KEY: protocol}
        await application(scope, receive, send)

    return exposing


def _consumer(scope: Scope) -> Any | None:
    """What Twisted lets us register a producer at, if the server is daphne and the client is still there."""
    connection = scope.get(_KEY)
    if connection is None:
        return None
    if scope["type"] == "websocket":
        connection.closeHandshakeTimeout = CLOSING_SECONDS
        return connection.transport
    return connection if getattr(connection, "channel", None) is not None else None


@contextmanager
def back_pressure(scope: Scope) -> Iterator[Valve]:
    """A valve for this connection; one that is always open where the server's own `send` waits."""
    valve = Valve()
    consumer = _consumer(scope)
    if consumer is None:
        yield valve
        return
    consumer.unregisterProducer()  # a socket's transport still has the HTTP channel that it was upgraded from
    consumer.registerProducer(valve, True)
    try:
        yield valve
    finally:
        if _consumer(scope) is not None:
            consumer.unregisterProducer()
