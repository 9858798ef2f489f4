"""Mail: EMAIL_URL or EMAIL_HOST and its siblings; without them, letters lie in `var/mail/` and are printed in the log."""

from urllib.parse import parse_qs, unquote, urlsplit

from config.env import FALSE, BadEnvironment, read_bool, read_int, read_secret, read_str
from config.paths import DATA

MAIL_DIR = DATA / "mail"
_URL = urlsplit(read_secret("EMAIL_URL"))
if _URL.scheme not in {"", "smtp", "smtps", "smtp+tls"} or (_URL.scheme and not _URL.hostname):
    raise BadEnvironment("EMAIL_URL", "smtp+tls://user:password@host:587, smtps://… or smtp://…")
_TLS = _URL.scheme == "smtp+tls" or parse_qs(_URL.query).get("tls", ["0"])[-1] not in FALSE

EMAIL_HOST = _URL.hostname or read_str("EMAIL_HOST")
EMAIL_USE_SSL = _URL.scheme == "smtps" or read_bool("EMAIL_USE_SSL")
EMAIL_USE_TLS = (_TLS or read_bool("EMAIL_USE_TLS")) and not EMAIL_USE_SSL
EMAIL_PORT = _URL.port or read_int("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25, minimum=1)
EMAIL_HOST_USER = unquote(_URL.username or "") or read_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = unquote(_URL.password or "") or read_secret("EMAIL_HOST_PASSWORD")
EMAIL_TIMEOUT = read_int("EMAIL_TIMEOUT", 10, minimum=1)
DEFAULT_FROM_EMAIL = read_str("EMAIL_FROM") or "Bandstand <bandstand@localhost>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Nobody waits for a mail server, and nobody learns from the wait whether there was a letter (apps/core/mail.py).
EMAIL_BACKEND = "apps.core.mail.SoonBackend"
DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "apps.core.mail.FolderBackend"
