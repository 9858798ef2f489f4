"""`/ws/`: one socket per browser, many topics. Its protocol is in design.md, section 7, and docs/adr/0004-realtime.md."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import timezone

from apps.core.realtime.conf import MESSAGE_BYTES, Limits, limits
from apps.core.realtime.line import Line, LineOver
from apps.core.realtime.pressure import Valve, back_pressure
from apps.core.realtime.switchboard import switchboard
from apps.core.realtime.viewers import SignedOut, Viewer

# Servers and browsers let applications close with 1000 and 3000 to 4999 alone.
COME_BACK = 4000
TRY_LATER = 4503
BROKEN = 4500
BAD_MESSAGE = 4400
SIGNED_OUT = 4403
TOO_SLOW = 4408
TOO_MANY = 4429


class BadMessage(Exception):
    """The client sent what is not in the protocol."""


class TooSlow(Exception):
    """The client does not read what is sent to it."""


class Bucket:
    """How many messages a client may still send: refilled steadily, never above the burst."""

    def __init__(self, chosen: Limits) -> None:
        self._rate, self._burst = chosen.messages_per_second, chosen.burst
        self._left, self._at = float(self._burst), time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - 1
        self._at = now
        return self._left >= 0


def read_message(text: str | None) -> dict[str, Any]:
    """The client's message as a dict with a known `op`; raises BadMessage."""
    if text is None or len(text.encode()) > MESSAGE_BYTES:
        raise BadMessage
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage from error
    if not isinstance(message, dict) or not isinstance(message.get("op"), str):
        raise BadMessage
    since = message.get("since")
    topic_needed = message.get("op") in {"follow", "unfollow"}
    if topic_needed and not (isinstance(message.get("topic"), str) and len(message["topic"]) <= 120):
        raise BadMessage
    if since is not None and (type(since) is not int or since < 0):
        raise BadMessage
    return message


class LiveConsumer(AsyncWebsocketConsumer):
    line: Line | None = None
    pump: "asyncio.Task[None] | None" = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.pump:
                self.pump.cancel()
            if self.line:
                self.line.close()

    async def connect(self) -> None:
        await self.accept()
        self.limits = limits()
        self.bucket = Bucket(self.limits)
        viewer = Viewer(self.scope["user"], self.scope["session"].session_key)
        if not viewer.is_meant_by(self._mark()):
            await self.close(SIGNED_OUT)
            return
        self.line = Line(switchboard(), viewer, self.limits)
        self.pump = asyncio.create_task(self._pump(self.line))

    def _mark(self) -> str:
        query = self.scope.get("query_string", b"").decode("latin-1")
        return parse_qs(query[:2048]).get("line", [""])[-1]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.line is None:
            return  # refused, and not yet gone
        if not self.bucket.take():
            await self.close(TOO_MANY)
            return
        try:
            self._obey(read_message(text_data))
        except BadMessage:
            await self.close(BAD_MESSAGE)

    def _obey(self, message: dict[str, Any]) -> None:
        assert self.line is not None
        match message.get("op"):
            case "follow":
                self.line.follow(message["topic"], message.get("since"))
            case "unfollow":
                self.line.unfollow(message["topic"])
            case "ping":
                self.line.reply({"op": "pong", "at": timezone.now().isoformat().replace("+00:00", "Z")})
            case _:
                raise BadMessage

    async def _pump(self, line: Line) -> None:
        """Writes what the line brings, one message at a time, until there is a reason to close."""
        code = BROKEN
        try:
            with back_pressure(self.scope) as valve:
                async for message in line.messages():
                    if message is not None:
                        await self.send(text_data=json.dumps(message, separators=(",", ":")))
                        await self._until_taken(valve, line)
        except SignedOut:
            code = SIGNED_OUT
        except TooSlow:
            code = TOO_SLOW
        except LineOver:
            code = COME_BACK
        except DatabaseError:
            code = TRY_LATER
        finally:
            line.close()
            await self.close(code)

    async def _until_taken(self, valve: Valve, line: Line) -> None:
        deadline = time.monotonic() + self.limits.stall_seconds
        while not valve.is_open:
            if line.behind > self.limits.outbox or time.monotonic() > deadline:
                raise TooSlow
            await valve.wait(0.25)
