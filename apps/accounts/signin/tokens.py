"""The tokens of apps: allauth's, without those sign-ins that were made for impersonating, and each refreshed once.

An app's session token is the key of its session, so that a browser could send its own as one. Where staff act as somebody
else that would lead past `PersonMiddleware`, which watches the sign-in of cookies alone: past the banner, the closed pages
and the hour.
"""

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from apps.accounts import impersonation
from apps.accounts.services.sessions import lock_session


class TokensOfApps(JWTTokenStrategy):  # type: ignore[misc]
    def lookup_session(self, session_token: str) -> SessionBase | None:
        session: SessionBase | None = super().lookup_session(session_token)
        return None if session is None or impersonation.is_made_for_it(session) else session

    @transaction.atomic
    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Once for each token, also where it is sent several times at a moment: the others wait, and find it used."""
        told = internal.decode_token(refresh_token, "refresh")
        if key := internal.session_key_from_sid(told["sid"]) if told else None:
            lock_session(key)
        pair: tuple[str, str] | None = super().refresh_token(refresh_token)
        return pair
