"""What allauth asks the site for: addresses, names, letters, limits, and how secrets of second factors are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest

from apps.accounts.services.ways_in import Way, ways_in
from apps.core import rates
from apps.core.addresses import client_address
from apps.core.encryption import decrypt, encrypt
from apps.core.mail import as_page

_NOWHERE = "0.0.0.0"  # noqa: S104 - an address that nobody has


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address that the site's own limits count. A unix socket tells none, which is no reason to refuse."""
        return str(client_address(request) or _NOWHERE)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Passwords tried for one account are counted whoever tries them, and without Redis too."""
        name = str(credentials.get("email") or credentials.get("username") or "").lower()
        rates.check("password", rates.Caller(f"account:{name}", visitor=True))
        super().pre_authenticate(request, **credentials)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """User names are public, e-mail addresses are not: the one is never made of the other."""
        if not user.username:
            user.username = self.generate_unique_username([user.display_name, "listener"])

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """One text for every letter; what programs for HTML get is made of it."""
        letter: EmailMessage = super().render_mail(
            template_prefix, email, {**context, "site_name": settings.SITE_NAME}, headers
        )
        if isinstance(letter, EmailMultiAlternatives) and not letter.alternatives:
            letter.attach_alternative(as_page(str(letter.body), subject=letter.subject), "text/html")
        return letter

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        if not super().can_delete_email(email_address):
            return False
        return bool(ways_in(email_address.user, without_address=email_address.pk))

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """An app has no page on which a message could wait for it."""
        if not is_headless_request(request):
            super().add_message(request, *args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Codes change every half a minute: take the one that shows now.",
        "cannot_delete_authenticator": "This is the only way into your account. Choose a password first.",
    }

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose="accounts.second_factor")

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, purpose="accounts.second_factor")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        left = ways_in(authenticator.user, without_authenticator=authenticator.pk)
        return bool(left) or Way.PASSKEY not in ways_in(authenticator.user)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()
