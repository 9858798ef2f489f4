"""`Authorization: Bearer <personal token>`, and the scopes that a view asks for."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken, User
from apps.accounts.services.tokens import find_token


class PersonalTokenAuthentication(BaseAuthentication):
    """`request.auth` is the token's row; a session has none and is not limited by scopes."""

    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        token = find_token(parts[1].decode("latin-1")) if len(parts) == 2 else None
        if token is None:
            raise AuthenticationFailed("This token is not known, has ended or was revoked.", code="bad_token")
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """Lets a token in if it has the view's scope: `read` for safe methods, else `scope_to_change` (default `write`)."""

    message = "This token lacks the scope for that."
    code = "missing_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, PersonalToken):
            return True
        wanted = Scope.READ if request.method in SAFE_METHODS else getattr(view, "scope_to_change", Scope.WRITE)
        return wanted in request.auth.scopes or Scope.ADMIN in request.auth.scopes
