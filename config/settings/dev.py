"""For working on Bandstand itself: like embedded, with Django's error pages and templates read anew."""

from config.settings.base import *  # noqa: F403

DEBUG = True
