"""The outermost middleware: every request has an id, in its log lines and in its answer, and is counted.

An id that comes along (`X-Request-ID`, from a proxy or a client) is kept if it is short and plain, so that nobody writes
lines of their own into our logs; else there is a new one. Views read `request.request_id`.
"""

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core import request_counts
from apps.core.log_lines import about

HEADER = "X-Request-ID"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def id_for(request: HttpRequest) -> str:
    told = request.META.get("HTTP_X_REQUEST_ID", "")
    return told if _PLAIN.fullmatch(told) else secrets.token_hex(8)


class ObserveMiddleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
            self._is_async = True
        else:
            self._is_async = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.request_id = id_for(request)  # type: ignore[attr-defined]
        return self._later(request) if self._is_async else self._now(request)

    def _now(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        with about(request_id=request.request_id):  # type: ignore[attr-defined]
            return _finished(request, self.get_response(request), began)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        with about(request_id=request.request_id):  # type: ignore[attr-defined]
            return _finished(request, await self.get_response(request), began)


def _finished(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
    response[HEADER] = request.request_id  # type: ignore[attr-defined]
    request_counts.note(request, response.status_code, time.monotonic() - began)
    return response
