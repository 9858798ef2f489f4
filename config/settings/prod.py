"""Many machines behind TLS: every secret and address comes from the environment, nothing is guessed."""

from config.env import BadEnvironment, read_bool
from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, BANDSTAND_ENCRYPTION_KEYS, SECRET_KEY

if len(SECRET_KEY) < 50:
    raise BadEnvironment("BANDSTAND_SECRET_KEY", "a random text of at least 50 characters")
if not BANDSTAND_ENCRYPTION_KEYS:
    raise BadEnvironment("BANDSTAND_ENCRYPTION_KEYS", "one or more keys made by `manage.py newkey`")
if "*" in ALLOWED_HOSTS:
    raise BadEnvironment("BANDSTAND_ALLOWED_HOSTS", "the host names that this site answers to")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from the inside, past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
STAFF_NEED_SECOND_FACTOR = read_bool("BANDSTAND_STAFF_SECOND_FACTOR", default=True)
