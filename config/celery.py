"""The Celery application. Tasks are found in the apps; there is one, `jobs.wake`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")

app = Celery("bandstand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
