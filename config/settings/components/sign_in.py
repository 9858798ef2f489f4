"""Signing in through other services, and apps that sign in for people. Staff may configure services in the admin as well."""

import hashlib
import hmac

from config.env import read_secret, read_str
from config.settings.components.security import SECRET_KEY

# Other addresses are for tests and for stand-ins: `manage.py stub google`.
GOOGLE_URL = read_str("BANDSTAND_GOOGLE_URL").rstrip("/")
GITHUB_URL = read_str("BANDSTAND_GITHUB_URL").rstrip("/")


def _named(provider: str, prefix: str, *, name: str = "", server_url: str = "") -> list[dict[str, str]]:
    """One service, if the environment gives it a client id."""
    client_id = read_str(f"BANDSTAND_{prefix}_CLIENT_ID")
    secret = read_secret(f"BANDSTAND_{prefix}_CLIENT_SECRET")
    service = {"provider": provider, "name": name, "client_id": client_id, "secret": secret, "server_url": server_url}
    return [service] if client_id else []


# What the environment names goes before what the admin says about the same service.
SIGN_IN_PROVIDERS = [
    *_named("google", "GOOGLE"),
    *_named("github", "GITHUB"),
    *_named("patreon", "PATREON"),
    *_named(
        "openid_connect",
        "OIDC",
        name=read_str("BANDSTAND_OIDC_NAME") or "OpenID Connect",
        server_url=read_str("BANDSTAND_OIDC_URL").rstrip("/"),
    ),
]

SOCIALACCOUNT_ADAPTER = "apps.accounts.signin.social.SocialAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # of those whom the adapter lets in by their address

HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "apps.accounts.signin.tokens.TokensOfApps"  # noqa: S105 - a class
HEADLESS_JWT_ALGORITHM = "HS256"
# A session that was ended takes its tokens along at once.
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
HEADLESS_JWT_PRIVATE_KEY = (
    read_secret("BANDSTAND_JWT_KEY") or hmac.new(SECRET_KEY.encode(), b"bandstand:sign:jwt", hashlib.sha256).hexdigest()
)
