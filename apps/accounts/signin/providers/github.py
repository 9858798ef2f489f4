"""GitHub, at BANDSTAND_GITHUB_URL where that is set; a GitHub of one's own has its API below `/api/v3`."""

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.github.provider import GitHubProvider
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.signin.providers.careful import CarefulAdapter, FixedProvider


class GitHubAdapter(CarefulAdapter):
    provider_id = "github"
    headers = {"Accept": "application/json"}

    @property
    def web_url(self) -> str:
        return str(settings.GITHUB_URL or "https://github.com")

    @property
    def api_url(self) -> str:
        return f"{settings.GITHUB_URL}/api/v3" if settings.GITHUB_URL else "https://api.github.com"

    @property
    def authorize_url(self) -> str:
        return f"{self.web_url}/login/oauth/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{self.web_url}/login/oauth/access_token"

    def read_person(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        """The address on the profile proves nothing; `/user/emails` says which are verified."""
        facts = self.ask(f"{self.api_url}/user", token)
        emails = self.ask(f"{self.api_url}/user/emails", token)
        if not isinstance(emails, list):
            raise TypeError("GitHub's addresses come as a list.")
        return self.get_provider().sociallogin_from_response(request, {**facts, "emails": emails})


class GitHub(FixedProvider, GitHubProvider):  # type: ignore[misc]
    oauth2_adapter_class = GitHubAdapter
    pkce_enabled_default = True

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Without the profile's address: it may be any that GitHub was told."""
        return {"username": data.get("login"), "name": data.get("name")}
