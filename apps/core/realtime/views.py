"""`/events/`: the same hub as server-sent events, for browsers and networks that let no socket through."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import parse_qsl, urlencode

from asgiref.sync import sync_to_async
from django.contrib.auth import aget_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from apps.core.api_errors import error_body
from apps.core.realtime.conf import limits
from apps.core.realtime.line import Line, LineOver, Message
from apps.core.realtime.pressure import back_pressure
from apps.core.realtime.switchboard import switchboard
from apps.core.realtime.viewers import SignedOut, Viewer

MOST_TOPICS = 50
_RETRY_MS = 2000


def read_places(text: str) -> dict[str, int]:
    """`job:1=57&me=3`, as the stream's event ids carry it; what does not fit is left out."""
    pairs = parse_qsl(text[:8192])
    return {topic: int(seq) for topic, seq in pairs if seq.isascii() and seq.isdigit() and len(seq) < 19}


def as_event(message: Message | None, places: dict[str, int]) -> str:
    """One server-sent event. Its id says where the client is in every topic, so that one id brings all of them back."""
    if message is None:
        return ": still here\n\n"
    if message.get("op") == "following":
        places.setdefault(message["topic"], message["seq"])  # who came back is still where they were
    elif "seq" in message:
        places[message["topic"]] = message["seq"]
    return f"id: {urlencode(places)}\ndata: {json.dumps(message, separators=(',', ':'))}\n\n"


async def _stream(request: HttpRequest, viewer: Viewer, since: dict[str, int | None]) -> AsyncGenerator[str, None]:
    chosen = limits()
    line = Line(switchboard(), viewer, chosen)
    places = {topic: seq for topic, seq in since.items() if seq is not None}
    try:
        for topic, seq in since.items():
            line.follow(topic, seq)
        yield f"retry: {_RETRY_MS}\n\n"
        with back_pressure(getattr(request, "scope", {"type": "http"})) as valve:
            async for message in line.messages():
                yield as_event(message, places)
                if not await valve.wait(chosen.stall_seconds):
                    return
    except SignedOut:
        yield as_event({"op": "signed_out"}, places)
    except (LineOver, DatabaseError):
        return  # the client comes back by itself, with its places
    finally:
        line.close()


async def _signed_out() -> AsyncGenerator[str, None]:
    """What a page of an earlier sign-in hears; it then stops asking."""
    yield as_event({"op": "signed_out"}, {})


class LiveResponse(StreamingHttpResponse):
    """Ends its stream the moment the client is gone; Django's leaves that to the garbage collector."""

    def __init__(self, stream: AsyncGenerator[str, None]) -> None:
        super().__init__(stream, content_type="text/event-stream")
        self.stream = stream
        self["Cache-Control"] = "no-store"
        self["X-Accel-Buffering"] = "no"

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self.stream) as parts:
            async for part in parts:
                yield part.encode()


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    """`?topic=…&topic=…`; starts after `Last-Event-ID`, or `?last=` in the same form. `?line=` says whose page asks.

    Costs a database connection only while it looks something up.
    """
    topics = list(dict.fromkeys(request.GET.getlist("topic")))
    if not topics or len(topics) > MOST_TOPICS or any(len(topic) > 120 for topic in topics):
        body = error_body("invalid", f"Name between 1 and {MOST_TOPICS} topics.")
        return JsonResponse(body, status=400)
    places = read_places(request.headers.get("Last-Event-ID") or request.GET.get("last", ""))
    person = await aget_user(request)
    viewer = Viewer(person, request.session.session_key)
    await sync_to_async(close_old_connections)()  # a stream lives for hours: the pool gets its connection back now
    if not viewer.is_meant_by(request.GET.get("line", "")):
        return LiveResponse(_signed_out())
    return LiveResponse(_stream(request, viewer, {topic: places.get(topic) for topic in topics}))
