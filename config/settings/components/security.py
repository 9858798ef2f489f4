"""Secrets, hosts, cookies and the site's content security policy (no inline script or style anywhere)."""

from csp.constants import NONE, SELF

from config.env import read_bool, read_list, read_origins, read_secret
from config.paths import SECRETS
from config.settings.components.storage import S3_DELIVERY, S3_ORIGIN


def _stored(name: str) -> str:
    """A secret that the first start wrote (`manage.py up`), for the embedded default."""
    path = SECRETS / name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


SECRET_KEY = read_secret("BANDSTAND_SECRET_KEY") or _stored("secret_key") or "not-yet-started"
SECRET_KEY_FALLBACKS = read_list("BANDSTAND_SECRET_KEY_FALLBACKS")
# Newest first; the others only decrypt and verify. See apps/core/encryption.py.
BANDSTAND_ENCRYPTION_KEYS = [
    key.strip()
    for key in (read_secret("BANDSTAND_ENCRYPTION_KEYS") or _stored("encryption_keys")).replace("\n", ",").split(",")
    if key.strip()
]

ALLOWED_HOSTS = read_list("BANDSTAND_ALLOWED_HOSTS", ("*",))
CSRF_TRUSTED_ORIGINS = read_list("BANDSTAND_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "apps.web.views.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "bandstand_session"
CSRF_COOKIE_NAME = "bandstand_csrf"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# Outbound requests may go to private addresses: for closed networks, where the services live there.
BANDSTAND_HTTP_ALLOW_PRIVATE = read_bool("BANDSTAND_HTTP_ALLOW_PRIVATE")
USE_HTTPS = read_bool("BANDSTAND_HTTPS")

# Where streams and pictures come from besides the site itself: what S3 hands to browsers, and a CDN. Never scripts or styles.
_STREAMS = [*([S3_ORIGIN] if S3_DELIVERY == "redirect" else []), *read_origins("BANDSTAND_MEDIA_ORIGINS")]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_STREAMS],
        "media-src": [SELF, "blob:", *_STREAMS],
        "connect-src": [SELF, *_STREAMS],
        "worker-src": [SELF, "blob:"],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
