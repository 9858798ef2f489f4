"""The Celery application. Tasks are found in the apps; there is one, `jobs.wake`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")

from celery import Celery
from celery.signals import import_modules

app = Celery("bandstand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _add_steward(**_: object) -> None:
    """The apps are loaded by now: every worker gets the steward of apps/jobs."""
    from apps.jobs.celery_worker import StewardStep

    app.steps["worker"].add(StewardStep)


import_modules.connect(_add_steward, sender=app, weak=False)
