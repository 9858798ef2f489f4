"""Google, at BANDSTAND_GOOGLE_URL where that is set (for tests and `manage.py stub google`)."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.signin.providers.careful import MALFORMED, CarefulAdapter, FixedProvider


def _place(path: str, public: str) -> str:
    return f"{settings.GOOGLE_URL}{path}" if settings.GOOGLE_URL else public


class GoogleAdapter(CarefulAdapter):
    provider_id = "google"

    @property
    def authorize_url(self) -> str:
        return _place("/o/oauth2/v2/auth", "https://accounts.google.com/o/oauth2/v2/auth")

    @property
    def access_token_url(self) -> str:
        return _place("/token", "https://oauth2.googleapis.com/token")

    def read_person(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        """From the id token; it came straight from Google over TLS, so its signature need not be checked (OIDC 3.1.3.7)."""
        sealed = options["response"].get("id_token")
        if sealed:
            facts = read_id_token(app, sealed, signed=not self.did_fetch_access_token)
        else:
            facts = self.ask(_place("/oauth2/v2/userinfo", "https://www.googleapis.com/oauth2/v2/userinfo"), token)
        return self.get_provider().sociallogin_from_response(request, facts)


def read_id_token(app: SocialApp, sealed: str, *, signed: bool) -> dict[str, Any]:
    """The claims of an id token for us. `signed`: its signature is checked too, since it came by way of somebody else."""
    claims: dict[str, Any] = jwtkit.verify_and_decode(
        credential=sealed,
        keys_url=_place("/oauth2/v1/certs", "https://www.googleapis.com/oauth2/v1/certs"),
        issuer=settings.GOOGLE_URL or "https://accounts.google.com",
        audience=app.client_id,
        lookup_kid=jwtkit.lookup_kid_pem_x509_certificate,
        verify_signature=signed,
    )
    return claims


class Google(FixedProvider, GoogleProvider):  # type: ignore[misc]
    oauth2_adapter_class = GoogleAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile", "email"]

    def verify_token(self, request: HttpRequest, token: dict[str, Any]) -> SocialLogin:
        """For apps that got an id token from Google themselves (`/_allauth/app/v1/auth/provider/token`)."""
        try:
            return self.sociallogin_from_response(request, read_id_token(self.app, token["id_token"], signed=True))
        except (OAuth2Error, OSError, *MALFORMED) as error:  # what `requests` raises is an OSError
            raise get_adapter().validation_error("invalid_token") from error
