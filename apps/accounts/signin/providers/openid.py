"""OpenID Connect: any login server that publishes a discovery document. There may be several, each with its own slug."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.signin.providers.careful import CarefulAdapter, FixedProvider, callback_view, login_view


class OidcAdapter(CarefulAdapter, OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    def prepare(self) -> None:
        """Its discovery document, asked once for each request."""
        for key in ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint"):
            if not isinstance(self.openid_config[key], str):
                raise TypeError(f"{key} is no address")

    def read_person(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        """The id token says who; what userinfo adds must be about the same person (OIDC Core 5.3.2)."""
        sealed = options["response"]["id_token"]
        claims = self._decode_id_token(app, sealed)
        told = self.ask(self.profile_url, token)
        if told["sub"] != claims["sub"]:
            raise OAuth2Error("The login server told about somebody else.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": claims})


class Oidc(FixedProvider, OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = OidcAdapter
    supports_token_authentication = False
    pkce_enabled_default = True

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Servers have been seen that write `"false"`: only a true that is one proves the address."""
        told = data.get("userinfo") or data["id_token"]
        if not told.get("email"):
            return []
        return [EmailAddress(email=told["email"], verified=told.get("email_verified") is True, primary=True)]


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    answer: HttpResponseBase = login_view(OidcAdapter(request, provider_id))(request)
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    answer: HttpResponseBase = callback_view(OidcAdapter(request, provider_id))(request)
    return answer
