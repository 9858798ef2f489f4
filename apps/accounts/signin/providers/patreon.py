"""Patreon, by its API version 2 at `settings.PATREON_URL`: who somebody is, and whether their address is proved.

allauth's own speaks version 1, asks for a creator's scopes, does not learn whether the address was verified, and breaks
where Patreon refuses. What somebody supports is none of this module's business: apps/memberships asks with the creator's
token. See docs/adr/0016-sign-in.md.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderAccount
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import urlencode

from apps.accounts.signin.providers.careful import CarefulAdapter, FixedProvider

_FIELDS = urlencode({"fields[user]": "email,is_email_verified,full_name,vanity,url"})


class PatreonAdapter(CarefulAdapter):
    provider_id = "patreon"

    @property
    def authorize_url(self) -> str:
        return f"{settings.PATREON_URL}/oauth2/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.PATREON_URL}/api/oauth2/token"

    def read_person(self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any) -> SocialLogin:
        answer = self.ask(f"{settings.PATREON_URL}/api/oauth2/v2/identity?{_FIELDS}", token)
        person = answer["data"]
        if person["type"] != "user":
            raise ValueError("Patreon told of something that is no user.")
        return self.get_provider().sociallogin_from_response(request, person)


class PatreonAccount(ProviderAccount):  # type: ignore[misc]
    def get_profile_url(self) -> str | None:
        return self.account.extra_data.get("attributes", {}).get("url") or None

    def to_str(self) -> str:
        return str(self.account.extra_data.get("attributes", {}).get("full_name") or super().to_str())


class Patreon(FixedProvider):
    id = "patreon"
    name = "Patreon"
    account_class = PatreonAccount
    oauth2_adapter_class = PatreonAdapter

    def get_default_scope(self) -> list[str]:
        return ["identity", "identity[email]"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["id"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"id": data["id"], "type": data["type"], "attributes": data["attributes"]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        facts = data["attributes"]
        return {"username": facts.get("vanity"), "name": facts.get("full_name")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address counts as proved only if Patreon says so in as many words."""
        facts = data["attributes"]
        if not facts.get("email"):
            return []
        return [EmailAddress(email=facts["email"], verified=facts.get("is_email_verified") is True, primary=True)]
