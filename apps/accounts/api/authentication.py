"""`Authorization: Bearer <personal token>`, and the scopes that a view asks for."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken, User
from apps.accounts.services.tokens import find_token
from apps.core.addresses import client_address


class PersonalTokenAuthentication(BaseAuthentication):
    """`request.auth` is the token's row; a session has none and is not limited by scopes."""

    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        secret = parts[1].decode("latin-1") if len(parts) == 2 else ""
        token = find_token(secret, address=client_address(request))
        if token is None:
            raise AuthenticationFailed("This token is not known, has ended or was revoked.", code="bad_token")
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


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
        if not isinstance(request.auth, PersonalToken):
            return True
        return scope_of(view, request.method) in request.auth.scopes or Scope.ADMIN in request.auth.scopes
