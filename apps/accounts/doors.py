"""allauth's pages and its API for apps, each with a limit that holds without Redis too (allauth's own do not).

Counted is what is sent, not what is looked at. Every door has a limit: those that are not named here share `account`.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from allauth.account import urls as account_urls
from allauth.headless import urls as headless_urls
from allauth.mfa import urls as mfa_urls
from allauth.socialaccount import urls as social_urls
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from apps.accounts.forms import MALFORMED_KEY
from apps.accounts.signin import codes
from apps.accounts.signin.providers import urls as provider_urls
from apps.core import rates
from apps.core.errors import AppError, Invalid, TooMany, retry_headers

View = Callable[..., HttpResponseBase]
Pattern = URLPattern | URLResolver

# By the names that allauth gives its addresses; an app's doors have the same names without `account_`.
ACTIONS = {
    "login": "sign_in",
    "login_webauthn": "sign_in",
    "confirm_login_code": "sign_in",
    "authenticate": "sign_in",
    "authenticate_webauthn": "sign_in",
    "reauthenticate": "sign_in",
    "reauthenticate_webauthn": "sign_in",
    "provider_token": "sign_in",
    "refresh": "sign_in",
    "signup": "sign_up",
    "provider_signup": "sign_up",
    "reset_password": "reset",
    "reset_password_from_key": "reset",
    "request_password_reset": "reset",
    "request_login_code": "code",
    "resend_login_code": "code",
    "kofi_code": "code",
}
_PREFIXES = ("account_", "mfa_", "socialaccount_", "accounts_")


def action_of(name: str | None) -> str:
    short = name or ""
    for prefix in _PREFIXES:
        short = short.removeprefix(prefix)
    return "sign_in" if short.endswith(("_login", "_callback")) else ACTIONS.get(short, "account")


def limited(action: str, view: View) -> View:
    """Beyond the limit TooMany becomes a page (apps/web/middleware.py), for an app an answer of allauth's shape."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                rates.check(action, rates.caller_of(request))
            return view(request, *args, **kwargs)
        except TooMany as error:
            if not request.path_info.startswith("/_allauth/"):
                raise
            return _refusal(error)

    return guarded


def _refusal(error: AppError) -> JsonResponse:
    body = {"status": error.status, "errors": [{"code": error.code, "message": error.message}]}
    return JsonResponse(body, status=error.status, headers=retry_headers(error))


def readable(view: View) -> View:
    """A door of apps that takes what a key said: what no key says is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except MALFORMED_KEY:
            return _refusal(Invalid("This is not what a passkey says."))

    return guarded


def guard(patterns: Iterable[Pattern], replaced: dict[str, View] | None = None) -> list[Pattern]:
    """The same addresses, with limits; `replaced` names views of ours that stand in for allauth's."""
    guarded: list[Pattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = guard(pattern.url_patterns, replaced)
            arguments = (pattern.default_kwargs, pattern.app_name, pattern.namespace)
            guarded.append(URLResolver(pattern.pattern, inner, *arguments))
        else:
            view = (replaced or {}).get(pattern.name or "", pattern.callback)
            view = readable(view) if "webauthn" in (pattern.name or "") else view
            view = limited(action_of(pattern.name), view)
            guarded.append(URLPattern(pattern.pattern, view, pattern.default_args, pattern.name))
    return guarded


_PAGES: dict[str, View] = {
    "account_request_login_code": codes.request_code,
    "account_confirm_login_code": codes.confirm_code,
}
_OF_APPS: dict[str, View] = {
    "request_login_code": codes.request_code_of_app,
    "resend_login_code": codes.resend_code_of_app,
    "confirm_login_code": codes.confirm_code_of_app,
}

urlpatterns: list[Pattern] = [
    path("accounts/sessions/", RedirectView.as_view(pattern_name="settings-sessions"), name="usersessions_list"),
    path("accounts/kofi/", limited("code", codes.request_code_for_supporter), name="accounts_kofi_code"),
    path("accounts/", include(guard(account_urls.urlpatterns, _PAGES))),
    path("accounts/2fa/", include(guard(mfa_urls.urlpatterns))),
    path("accounts/3rdparty/", include(guard(social_urls.urlpatterns))),
    path("accounts/", include(guard(provider_urls.urlpatterns))),
    path("_allauth/", include((guard(headless_urls.urlpatterns, _OF_APPS), "headless"))),
]
