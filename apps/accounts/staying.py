"""Whoever signs in again within the seven days stays."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.services.leave import stay


def signed_in(*, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Receiver of Django's `user_logged_in`."""
    if user.leaving_at and stay(person=user, request=request) and request is not None:
        messages.success(request, "Welcome back. Your account stays: nothing was deleted.", fail_silently=True)
