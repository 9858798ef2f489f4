"""Who looks at a page: in their time zone and language, and, where staff look as somebody else, watched.

It asks for the person only before views of pages and of the API that know one anyway: what async views carry (segments,
pictures) costs no query here.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts import impersonation
from apps.accounts.models import Impersonation
from apps.accounts.services.activity import record
from apps.accounts.services.profile import is_zone
from apps.core.api_errors import error_body
from apps.core.errors import NotAllowed
from apps.core.log_lines import about, add

ZONE_COOKIE = "bandstand_zone"  # what the browser says (static/web/shell/zone.js), for those who have not chosen
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OVER = "You see the site as yourself again."
_CLOSED = "Only this person may do that, not you in their name."
_PROBES = frozenset({"/healthz", "/readyz", "/metrics", "/offline/", "/offline-worker.js"})
Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class PersonMiddleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        self.process_view = self._view_later if self._is_async else self._view_now
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        request.impersonation = None  # type: ignore[attr-defined]
        return self._later(request) if self._is_async else self._now(request)

    def _now(self, request: HttpRequest) -> HttpResponseBase:
        with _as_before(), about():
            response: HttpResponseBase = self.get_response(request)
            return response

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        with _as_before(), about():
            response: HttpResponseBase = await self.get_response(request)
            return response

    def _view_now(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        return None if _needs_nobody(request, view) else _look(request, view)

    async def _view_later(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        return None if _needs_nobody(request, view) else await sync_to_async(_look)(request, view)


def _needs_nobody(request: HttpRequest, view: Any) -> bool:
    return iscoroutinefunction(view) or request.path_info in _PROBES


def _look(request: HttpRequest, view: Any) -> HttpResponseBase | None:
    made_for_it, row = impersonation.of_request(request)
    answer = _watched(request, view, row) if made_for_it else None
    if answer is None and not request.path_info.startswith("/api/"):
        _settle_in(request)
    return answer


@contextmanager
def _as_before() -> Iterator[None]:
    """What a page does to the time zone and the language of its thread ends with it."""
    language = translation.get_language()
    try:
        yield
    finally:
        timezone.deactivate()
        if language:
            translation.activate(language)


def _settle_in(request: HttpRequest) -> None:
    person = request.user
    zone = getattr(person, "time_zone", "") or unquote(request.COOKIES.get(ZONE_COOKIE, "")[:80])
    if zone and is_zone(zone):
        timezone.activate(ZoneInfo(zone))
    language = getattr(person, "language", "")
    if language and translation.check_for_language(language):
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _watched(request: HttpRequest, view: Any, row: Impersonation | None) -> HttpResponseBase | None:
    """An answer where the request is not to go on as it is."""
    if row is None or (request.path_info == reverse("account_logout") and request.method == "POST"):
        return _back_to_oneself(request)
    if impersonation.is_closed(request.path_info, view):
        if request.path_info.startswith("/api/"):
            return JsonResponse(error_body("impersonating", _CLOSED), status=403)
        raise PermissionDenied(_CLOSED) from NotAllowed(_CLOSED)
    request.impersonation = row  # type: ignore[attr-defined]
    add(through=str(row.by_id), through_name=row.by.username)
    if request.method not in _SAFE:
        record(
            "impersonation.request", actor=row.person, request=request, method=request.method, path=request.path[:200]
        )
    return None


def _back_to_oneself(request: HttpRequest) -> HttpResponseBase:
    impersonation.stop(request)
    if request.path_info.startswith("/api/"):
        return JsonResponse(error_body("not_authenticated", _OVER), status=401)
    messages.info(request, _OVER, fail_silently=True)
    return redirect("home")
