"""Where people find the site, for what is printed or sent outside a request."""

from django.conf import settings

from apps.core.embedded import lock


def site_url() -> str:
    """BANDSTAND_URL, or the address that the running supervisor serves, or the one that it would; without a slash."""
    running = lock.holder(settings.RUN_DIR / lock.FILE_NAME)
    return (settings.SITE_URL or running or f"http://127.0.0.1:{settings.BIND_PORT}").rstrip("/")
