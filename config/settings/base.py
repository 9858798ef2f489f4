"""What every way of running shares. Each component is one concern; the environment decides the rest."""

from config.settings.components.admin import *  # noqa: F403
from config.settings.components.api import *  # noqa: F403
from config.settings.components.auth import *  # noqa: F403
from config.settings.components.celery import *  # noqa: F403
from config.settings.components.cors import *  # noqa: F403
from config.settings.components.database import *  # noqa: F403
from config.settings.components.jobs import *  # noqa: F403
from config.settings.components.locations import *  # noqa: F403
from config.settings.components.logging import *  # noqa: F403
from config.settings.components.mail import *  # noqa: F403
from config.settings.components.memberships import *  # noqa: F403
from config.settings.components.realtime import *  # noqa: F403
from config.settings.components.redis import *  # noqa: F403
from config.settings.components.security import *  # noqa: F403
from config.settings.components.sign_in import *  # noqa: F403
from config.settings.components.static import *  # noqa: F403
from config.settings.components.storage import *  # noqa: F403
from config.settings.components.streaming import *  # noqa: F403
from config.settings.components.templates import *  # noqa: F403
from config.settings.components.uploads import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
SITE_NAME = "Bandstand"

INSTALLED_APPS = [
    "apps.core",
    "apps.jobs",
    "apps.accounts",
    "apps.notifications",
    "apps.memberships",
    "apps.media",
    "apps.catalog",
    "apps.streaming",
    "apps.web",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "apps.web.staticfiles.ServedFiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "channels",
    "corsheaders",
    "csp",
    "django_celery_beat",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "apps.core.observe.ObserveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "apps.core.csp.SitePolicyMiddleware",
    "apps.core.requests.NoNullsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.accounts.viewing.PersonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.LastSeenMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "apps.web.middleware.RefusalMiddleware",
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
