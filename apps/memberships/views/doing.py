"""What the studio's actions have in common: do it, say what became of it, go back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import User
from apps.core.errors import AppError, NotAllowed
from apps.memberships.permissions_of_sources import check_connect


def creator(request: HttpRequest) -> User:
    """Who asks; raises NotAllowed for those who create nothing here."""
    check_connect(request.user)
    if not isinstance(request.user, User):
        raise NotAllowed("Campaigns are connected by those who create here.")
    return request.user


def done(request: HttpRequest, act: Callable[[], object], said: str, back: str, *args: object) -> HttpResponse:
    """Does it and goes back; what the service refuses is told there. What may not be done at all is a refusal."""
    try:
        act()
    except NotAllowed:
        raise
    except AppError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(back, *args)
