"""allauth's pages that anyone may try, each with a limit that holds without Redis too (allauth's own do not)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path

from apps.core import rates
from apps.core.errors import TooMany

View = Callable[..., HttpResponseBase]


def limited(action: str, view: View) -> View:
    """Counts what is sent, not what is looked at; beyond the limit the page says when to come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            try:
                rates.check(action, rates.caller_of(request))
            except TooMany as error:
                return _too_many(request, error)
        return view(request, *args, **kwargs)

    return guarded


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    response = render(request, "429.html", {"status": error.status, "sentence": error.message}, status=error.status)
    response["Retry-After"] = str(error.retry_after_s)
    return response


urlpatterns = [
    path("login/", limited("sign_in", views.login), name="account_login"),
    path("signup/", limited("sign_up", views.signup), name="account_signup"),
    path("password/reset/", limited("reset", views.password_reset), name="account_reset_password"),
]
