"""For pytest: its own servers in a temporary folder (tests/conftest.py), cheap password hashes, fixed secrets."""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import MEDIA_STORAGES

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
BANDSTAND_ENCRYPTION_KEYS = ["t1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATES_ON = False  # all tests come from one address; those of limits switch them on
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
# A server that a browser test starts has its letters where the test can read them.
EMAIL_BACKEND = os.environ.get("BANDSTAND_TEST_MAIL", "django.core.mail.backends.locmem.EmailBackend")
STORAGES = {
    **MEDIA_STORAGES,
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The server that browser tests start serves the build straight from static/, without collectstatic.
WHITENOISE_USE_FINDERS = True
