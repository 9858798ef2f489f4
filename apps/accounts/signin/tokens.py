"""The tokens of apps: allauth's, without those sign-ins that were made for impersonating.

An app's session token is the key of its session, so that a browser could send its own as one. Where staff act as somebody
else that would lead past `PersonMiddleware`, which watches the sign-in of cookies alone: past the banner, the closed pages
and the hour.
"""

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy
from django.contrib.sessions.backends.base import SessionBase

from apps.accounts import impersonation


class TokensOfApps(JWTTokenStrategy):  # type: ignore[misc]
    def lookup_session(self, session_token: str) -> SessionBase | None:
        session: SessionBase | None = super().lookup_session(session_token)
        return None if session is None or impersonation.is_made_for_it(session) else session
