"""How the OpenAPI document names the ways to sign in, and the scope that a token needs for each operation."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from apps.accounts.api.authentication import scope_of


class PersonalTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.accounts.api.authentication.PersonalTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token (`bst_…`), made under Settings → Access tokens or by `manage.py apitoken`."
            " Each operation names the scope that it needs; `admin` includes all.",
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        return {self.name: [scope_of(auto_schema.view, auto_schema.method).value]}


class AppTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.accounts.api.authentication.AppTokenAuthentication"
    name = "app_token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of an app in which a person signed in by `/_allauth/app/v1/`. It is good for"
            " five minutes and may do what a personal token without `admin` may; `…/tokens/refresh` gives the next one.",
        }


class AppSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.accounts.api.authentication.AppSessionAuthentication"
    name = "app_session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "The session of such an app (`meta.session_token`), for as long as it is signed in.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Named for what it is; a changing request also carries the token against forgery."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "bandstand_session",
            "description": "The cookie of a signed-in browser. Changing requests also need the header `X-CSRFToken` with"
            " the value of the cookie `bandstand_csrf`.",
        }
