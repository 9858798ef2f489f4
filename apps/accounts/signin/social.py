"""What allauth asks the site about other services: which there are, how they are reached, and whom they let in."""

from typing import Any

import requests  # noqa: TID251 - a type; see outbound.py
from allauth.account.internal.userkit import filter_users_by_email
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.enums import Service
from apps.accounts.models import User
from apps.accounts.services import activity
from apps.accounts.services.addresses import owner_of_address, prove_elsewhere
from apps.accounts.services.ways_in import ways_in
from apps.accounts.signin.configured import configured_apps, offered_services
from apps.accounts.signin.outbound import guarded_session, origin_of
from apps.core.addresses import site_url


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": "There is an account with this e-mail already. Sign in there, then link your %s account in your"
        " settings.",
        "no_password": "This is the only way into your account. Choose a password first.",
        "disconnect_last": "This is the only way into your account. Choose a password first.",
        "connected_other": "That account is linked to somebody else here.",
    }

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        return [
            app
            for app in configured_apps()
            if (not provider or provider in {app.provider, app.provider_id})
            and (not client_id or client_id == app.client_id)
        ]

    def get_requests_session(self) -> requests.Session:
        addresses = [settings.GOOGLE_URL, settings.GITHUB_URL, settings.PATREON_URL]
        addresses += [app.settings.get("server_url", "") for app in configured_apps()]
        return guarded_session(
            trusted={origin_of(address) for address in addresses if address},
            timeout=settings.SOCIALACCOUNT_REQUESTS_TIMEOUT,
            agent=f"{settings.SITE_NAME}/1 (+{site_url()})",
        )

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """A suggested name; user names come from what the service shows in public, never from the e-mail."""
        person = super().populate_user(request, sociallogin, data)
        whole = " ".join(part for part in (data.get("first_name"), data.get("last_name")) if part)
        person.display_name = str(data.get("name") or data.get("fullname") or whole or "")[:80]
        return person

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The service's token has told who it is, and is forgotten: not kept in the session either.

        An account that is opened by its address alone, which nobody had proved, loses all that was put into it before.
        """
        sociallogin.token = None
        by_address = sociallogin.is_existing and sociallogin.account.pk is None
        by_address = by_address and sociallogin.state.get("process", AuthProcess.LOGIN) == AuthProcess.LOGIN
        if by_address and (found := self.authenticate_by_email(sociallogin)):
            prove_elsewhere(person=sociallogin.user, email=found[1])

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """What the service told about addresses that are somebody else's is left out: it neither links nor takes over."""
        told = sociallogin.email_addresses
        sociallogin.email_addresses = [address for address in told if not filter_users_by_email(address.email)]
        return super().save_user(request, sociallogin, form)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Whose account an address opens is the same as for codes."""
        for address in sociallogin.email_addresses:
            if address.verified and self.can_authenticate_by_email(sociallogin, address.email):
                person = owner_of_address(address.email)
                if person is not None:
                    return person, address.email
        return None

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Google alone proves that an address belongs to whoever signs in; others are linked by hand."""
        return bool(login.account.provider == Service.GOOGLE)

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """What the service itself says counts, and no setting."""
        return False

    def validate_disconnect(self, account: SocialAccount, accounts: Any) -> None:
        """allauth asks for a password with the last one; a service that is no longer offered is no way in either."""
        if not ways_in(account.user, without_account=account.pk, offered=offered_services()):
            raise self.validation_error("no_password")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error != AuthError.CANCELLED:
            activity.record("sign_in.failed", request=request, way="service", service=provider.sub_id)
