"""Getting a creator's tokens: where to send them, and what their code, or an older refresh token, is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from apps.memberships.providers.patreon import wire
from apps.memberships.providers.patreon.errors import Away

# What a creator allows: to read their campaign and its members with addresses, and to be told of changes.
CREATOR_SCOPES = ("identity", "campaigns", "campaigns.members", "campaigns.members[email]", "w:campaigns.webhook")


@dataclass(frozen=True)
class App:
    """The site's client at Patreon."""

    client_id: str
    secret: str


@dataclass(frozen=True)
class Pair:
    """`expires_in_s` is what Patreon says; None where it does not."""

    access: str
    refresh: str
    expires_in_s: int | None = None


def authorize_url(app: App, *, redirect_uri: str, state: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(CREATOR_SCOPES),
        "state": state,
    }
    return f"{settings.PATREON_URL}/oauth2/authorize?{urlencode(asked, quote_via=quote)}"


def by_code(app: App, *, code: str, redirect_uri: str) -> Pair:
    """Raises BadGrant or Away."""
    return _pair(app, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})


def by_refresh(app: App, *, refresh: str) -> Pair:
    """A new pair; the old refresh token is spent. Raises BadGrant or Away."""
    return _pair(app, {"grant_type": "refresh_token", "refresh_token": refresh})


def _pair(app: App, form: Mapping[str, str]) -> Pair:
    told: dict[str, Any] = wire.exchange({**form, "client_id": app.client_id, "client_secret": app.secret})
    access, refresh, life = told.get("access_token"), told.get("refresh_token"), told.get("expires_in")
    if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
        raise Away("Patreon's answer has no tokens in it")
    return Pair(access, refresh, life if isinstance(life, int) and life > 0 else None)
