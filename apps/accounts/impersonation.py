"""The sign-in of somebody of the staff who sees the site as somebody else does.

It is a sign-in of its own beside theirs, made for the other person: pages, API and sockets need to know nothing of it. It
ends with its hour, by "stop", and whenever the rights of one of the two change. `PersonMiddleware` watches over it.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from apps.accounts.models import Impersonation, User
from apps.accounts.services import impersonate

V = TypeVar("V", bound=Callable[..., Any])
_ID, _OWN = "impersonation", "impersonation_own_session"
_MARK = "own_hands_only"
# Everything about signing in, and the admin, which has its own ways to change people.
_CLOSED = ("/accounts/", "/_allauth/", "/settings/sessions/", f"/{settings.ADMIN_PATH}")


def own_hands_only(view: V) -> V:
    """Marks a view (a function, or a class of the API) that nobody may use in somebody else's name."""
    setattr(view, _MARK, True)
    return view


def is_closed(path: str, view: Any) -> bool:
    """Whether a page is closed to whoever acts as somebody else: passwords, addresses, tokens, copies, deletion."""
    inner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return path.startswith(_CLOSED) or bool(getattr(view, _MARK, False) or getattr(inner, _MARK, False))


def begin(*, request: HttpRequest, person: User, reason: str) -> Impersonation:
    """Swaps the request's sign-in for a new one of `person`. Raises what the service raises."""
    by = request.user
    assert isinstance(by, User)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.create()
    try:
        row = impersonate.begin(person=person, by=by, reason=reason, session_key=session.session_key, request=request)
    except Exception:
        session.delete()
        raise
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = request.session[BACKEND_SESSION_KEY]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[_ID], session[_OWN] = str(row.pk), request.session.session_key
    session.set_expiry(row.ends_at)
    session.save()
    request.session = session
    rotate_token(request)
    return row


def is_made_for_it(session: SessionBase) -> bool:
    """Whether a sign-in is one of these, still going on or not."""
    return _ID in session


def of_request(request: HttpRequest) -> tuple[bool, Impersonation | None]:
    """Whether this sign-in was made for impersonating, and the impersonation if it may still go on."""
    told = request.session.get(_ID) if request.session.session_key else None
    return (True, impersonate.find(UUID(told))) if told else (False, None)


def shown(request: HttpRequest) -> Impersonation | None:
    """What the banner tells of; also on pages that no view made (an address that leads nowhere)."""
    running: Impersonation | None = getattr(request, "impersonation", None)
    if running is None and hasattr(request, "session"):
        running = of_request(request)[1]
    return running


def stop(request: HttpRequest) -> None:
    """Back to one's own sign-in, if that is still good; else to none."""
    own = request.session.get(_OWN)
    impersonate.end(impersonation_id=UUID(request.session[_ID]), request=request)
    request.session.flush()
    if own:
        session = import_module(settings.SESSION_ENGINE).SessionStore(own)
        if SESSION_KEY in session:
            session.modified = True
            request.session = session
            rotate_token(request)
