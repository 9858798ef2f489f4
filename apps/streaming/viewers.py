"""Telling viewers apart: one browser's sign-in, one visitor, one personal token each has its own playback sessions.

Visitors get a signed cookie with a number that nobody else has. It costs no row, says nothing about them, and is not
their sign-in: whoever sends none is a new visitor, and new visitors of one address are counted.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core import rates
from apps.streaming.services.sessions import end_sessions, end_sessions_of

_COOKIE = "bandstand_visitor"
_SALT = "streaming.visitor"
_KEPT_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Known:
    """`key` is a hash that stays the same for a viewer until they sign in or out; `visitor` is set for a new one."""

    key: str
    visitor: str = ""

    def remember(self, response: HttpResponseBase) -> None:
        """Gives a new visitor their cookie."""
        if self.visitor:
            response.set_signed_cookie(
                _COOKIE,
                self.visitor,
                salt=_SALT,
                max_age=_KEPT_S,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )


def known_viewer(request: HttpRequest, *, token_id: object = None, app_key: str = "") -> Known:
    """Who it is that plays; `app_key` is the key of an app's session. Raises TooMany where an address sends very many new
    visitors.
    """
    if token_id is not None:
        return Known(_of_token(token_id))
    if request.user.is_authenticated:
        return Known(_of_session(app_key or request.session.session_key))
    if visitor := _visitor_of(request):
        return Known(_hashed(f"visitor:{visitor}"))
    rates.check("visitors", rates.caller_of(request))
    visitor = secrets.token_urlsafe(16)
    return Known(_hashed(f"visitor:{visitor}"), visitor)


def signed_out(*, keys: Iterable[str], **_: Any) -> None:
    """Receiver of `apps.accounts.signals.sign_ins_ended`: what these sign-ins were playing ends with them."""
    end_sessions(keys=[_of_session(key) for key in keys])


def revoked(*, token_id: object, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.token_revoked`."""
    end_sessions(keys=[_of_token(token_id)])


def shut_out(*, person: Any, **_: Any) -> None:
    """Receiver of `apps.accounts.signals.person_shut_out`."""
    end_sessions_of(person_id=person.pk)


def _of_session(key: str | None) -> str:
    return _hashed(f"session:{key}")


def _of_token(token_id: object) -> str:
    return _hashed(f"token:{token_id}")


def _visitor_of(request: HttpRequest) -> str:
    try:
        return str(request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_KEPT_S))
    except BadSignature:
        return ""


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
