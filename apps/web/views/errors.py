"""What went wrong, as a page of the shell; below /api/ in the API's own shape (apps/core/error_views.py).

Every one of these pages has `#main`: a swap that meets one shows it, and the player beside it goes on. Those of 500 and
503 ask neither the database nor the session who looks, since one of these may be what is broken.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from apps.core import error_views as api
from apps.core.api_errors import error_body
from apps.core.errors import AppError
from apps.memberships.ladder import offered_as_far_as_known
from apps.web.context import shell_for

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_AWAY = (OperationalError, InterfaceError)
_TOO_BIG = "This is more than the site takes in one piece."
_BUSY = "The site cannot answer right now. Please try again in a moment."
_OFTEN = "That was too often in a short time. Please wait a little."
# allauth forgets failed sign-ins after this; it does not say how much of it is left.
_SIGN_IN_PAUSE_S = 300
_BUSY_PAUSE_S = 20
_OWN_PAGES = frozenset({400, 403, 404, 413, 429, 500, 503})


def error_page(request: HttpRequest, status: int, sentence: str = "", retry_after_s: int | None = None) -> HttpResponse:
    """The page of a status. `sentence` replaces its usual explanation; `retry_after_s` is told there and as a header."""
    name = f"{status}.html" if status in _OWN_PAGES else "web/shell/refused.html"
    said = {
        "status": status,
        "sentence": sentence,
        "retry_after_s": retry_after_s,
        "request_id": _request_id(request),
    }
    if status >= 500:
        html = render_to_string(name, said | _known(request))
    else:
        html = render_to_string(name, said, request)
    return _finished(HttpResponse(html, status=status), retry_after_s)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, _TOO_MUCH):
        return _answer(request, 413, "too_large", _TOO_BIG)
    return api.bad_request(request, exception) if _is_api(request) else error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return api.permission_denied(request, exception)
    cause = exception.__cause__
    return error_page(request, 403, cause.message if isinstance(cause, AppError) else "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django names the reason in its log; people get a page that says what to do."""
    del reason
    if _is_api(request):
        return JsonResponse(error_body("csrf", "This request carries no valid token against forgery."), status=403)
    html = render_to_string("403_csrf.html", {"request_id": _request_id(request)}, request)
    return _finished(HttpResponse(html, status=403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return api.not_found(request, exception) if _is_api(request) else error_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """For allauth, which asks handler429: too many tries to sign in, to sign up or to get a mail."""
    return _answer(request, 429, "throttled", _OFTEN, retry_after_s=_SIGN_IN_PAUSE_S)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], _AWAY):
        return _answer(request, 503, "unavailable", _BUSY, retry_after_s=_BUSY_PAUSE_S)
    return api.server_error(request) if _is_api(request) else error_page(request, 500)


def _answer(
    request: HttpRequest, status: int, code: str, sentence: str, retry_after_s: int | None = None
) -> HttpResponse:
    if _is_api(request):
        return _finished(JsonResponse(error_body(code, sentence), status=status), retry_after_s)
    return error_page(request, status, retry_after_s=retry_after_s)


def _finished(response: HttpResponse, retry_after_s: int | None = None) -> HttpResponse:
    if retry_after_s:
        response["Retry-After"] = str(retry_after_s)
    add_never_cache_headers(response)
    return response


def _request_id(request: HttpRequest) -> str:
    """What the log calls this request; empty where nothing has named it."""
    return str(getattr(request, "request_id", ""))


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _known(request: HttpRequest) -> dict[str, object]:
    """The shell around the page for whoever was known before the trouble; without a look at the session."""
    person = getattr(request, "_cached_user", None)
    return {
        "request": request,
        "user": person,
        "unknown_person": person is None,
        "csrf_token": get_token(request),
        **shell_for(person, request.path, has_tiers=offered_as_far_as_known()),
    }
