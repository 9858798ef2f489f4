"""Static files: hashed names and pre-compressed copies, served by whitenoise from what `collectstatic` gathered."""

from pathlib import Path

from config.env import read_str
from config.paths import DATA, MEDIA, ROOT
from config.settings.components.storage import MEDIA_STORAGES

STATIC_URL = "/static/"
STATIC_ROOT = Path(read_str("BANDSTAND_STATIC_ROOT") or DATA / "static")
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = MEDIA
STORAGES = {
    **MEDIA_STORAGES,
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.web.static_storage.ServedStorage"},
}
WHITENOISE_MAX_AGE = 600
