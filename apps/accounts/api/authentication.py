"""Who asks: by a personal token, by an app that signed in for somebody, or by a browser; and the scopes a view asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from allauth.headless.tokens.strategies.jwt.internal import session_key_from_sid, validate_access_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.accounts.enums import USUAL_SCOPES, Scope
from apps.accounts.models import PersonalToken, User
from apps.accounts.services.tokens import PREFIX, find_token
from apps.core.addresses import client_address

_UNKNOWN = "This token is not known, has ended or was revoked."


@dataclass(frozen=True)
class AppSession:
    """What `request.auth` is for an app that signed in for its person: it may do the usual things, but not administer.

    `key` is its session's, as a browser's is `request.session.session_key`.
    """

    key: str
    scopes: tuple[str, ...] = USUAL_SCOPES


def scopes_of(auth: object) -> Collection[str] | None:
    """What the caller is limited to; None for a browser's session, which may do whatever its person may."""
    return auth.scopes if isinstance(auth, (PersonalToken, AppSession)) else None


def _bearer(request: Request) -> str | None:
    """The token of `Authorization: Bearer …`, empty if there is none behind the word; None without such a header."""
    parts = get_authorization_header(request).split()
    if not parts or parts[0].lower() != b"bearer":
        return None
    return parts[1].decode("latin-1") if len(parts) == 2 else ""


class PersonalTokenAuthentication(BaseAuthentication):
    """`request.auth` is the token's row; a session has none and is not limited by scopes."""

    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        secret = _bearer(request)
        if secret is None or _is_jwt(secret):
            return None
        token = find_token(secret, address=client_address(request)) if secret else None
        if token is None:
            raise AuthenticationFailed(_UNKNOWN, code="bad_token")
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _is_jwt(secret: str) -> bool:
    return not secret.startswith(PREFIX) and secret.count(".") == 2


class AppTokenAuthentication(BaseAuthentication):
    """The access token that `/_allauth/app/v1/` gave an app: a JWT of some minutes, good while its session is."""

    def authenticate(self, request: Request) -> tuple[User, AppSession] | None:
        secret = _bearer(request)
        if secret is None or not _is_jwt(secret):
            return None
        found = validate_access_token(secret)
        if found is None:
            raise AuthenticationFailed(_UNKNOWN, code="bad_token")
        return found[0], AppSession(str(session_key_from_sid(found[1]["sid"])))


class AppSessionAuthentication(BaseAuthentication):
    """The session token that `/_allauth/app/v1/` gave an app, in the header `X-Session-Token`."""

    def authenticate(self, request: Request) -> tuple[User, AppSession] | None:
        token = request.headers.get("X-Session-Token")
        if not token:
            return None
        found = authenticate_by_x_session_token(token)
        if found is None:
            raise AuthenticationFailed(_UNKNOWN, code="bad_token")
        return found[0], AppSession(str(found[1].session_key))


def scope_of(view: Any, method: str | None) -> Scope:
    """What a token needs: the view's own `scope_to_read` or `scope_to_change`, else `read` or `write`."""
    if method in SAFE_METHODS:
        return Scope(getattr(view, "scope_to_read", Scope.READ))
    return Scope(getattr(view, "scope_to_change", Scope.WRITE))


class HasScope(BasePermission):
    """Lets a token in if it has the scope that the view asks for this method (`scope_of`), or `admin`."""

    message = "This token lacks the scope for that."
    code = "missing_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        scopes = scopes_of(request.auth)
        return scopes is None or scope_of(view, request.method) in scopes or Scope.ADMIN in scopes
