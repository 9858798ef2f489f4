"""Telling viewers apart: one browser's sign-in, one visitor, one personal token each has its own playback sessions."""

import hashlib
from typing import Any

from django.http import HttpRequest

from apps.streaming.services.sessions import end_sessions


def viewer_key(request: HttpRequest, *, token_id: object = None) -> str:
    """A hash that stays the same for a viewer until they sign in or out. A visitor gets a session cookie for it."""
    if token_id is None and not request.session.session_key:
        request.session.create()
    return known_viewer_key(request, token_id=token_id)


def known_viewer_key(request: HttpRequest, *, token_id: object = None) -> str:
    """The same for a viewer who has one already; empty for a visitor without. Makes no session."""
    if token_id is not None:
        return _hashed(f"token:{token_id}")
    return _hashed(f"session:{request.session.session_key}") if request.session.session_key else ""


def signed_out(*, request: HttpRequest | None, **_: Any) -> None:
    """Receiver of Django's `user_logged_out`: what this sign-in was playing ends with it."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        end_sessions(key=_hashed(f"session:{session.session_key}"))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
