"""Bandstand's composition: settings, URLs, ASGI, Celery. Sits on top of every app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
