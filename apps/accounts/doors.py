"""allauth's pages that anyone may try, each with a limit that holds without Redis too (allauth's own do not)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from apps.core import rates

View = Callable[..., HttpResponseBase]


def limited(action: str, view: View) -> View:
    """Counts what is sent, not what is looked at; beyond the limit TooMany becomes a page (apps/web/middleware.py)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            rates.check(action, rates.caller_of(request))
        return view(request, *args, **kwargs)

    return guarded


urlpatterns = [
    path("login/", limited("sign_in", views.login), name="account_login"),
    path("signup/", limited("sign_up", views.signup), name="account_signup"),
    path("password/reset/", limited("reset", views.password_reset), name="account_reset_password"),
]
