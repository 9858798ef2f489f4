"""How often the API may be asked: the action of each view, for a token, a person, or the address of a visitor."""

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.accounts.models import PersonalToken
from apps.core import rates


def action_of(view: Any, method: str | None) -> str:
    """The view's own `rate`, else what every reading or changing request counts as. Empty: this is not counted.

    A `rate` may be a mapping from methods; what it does not name is not counted.
    """
    own = getattr(view, "rate", None)
    if isinstance(own, Mapping):
        return str(own.get(method, ""))
    return own or ("read" if method in SAFE_METHODS else "write")


def caller_of(request: Request) -> rates.Caller:
    token_id = request.auth.pk if isinstance(request.auth, PersonalToken) else None
    return rates.caller_of(request, token_id=token_id)


class ActionThrottle(BaseThrottle):
    """Raises TooMany instead of answering False: the one error shape, with the seconds to wait."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if action := action_of(view, request.method):
            rates.check(action, caller_of(request))
        return True
