"""Celery wakes workers up; what there is to do stands in PostgreSQL (see apps/jobs)."""

import os
from datetime import timedelta

from celery.schedules import crontab

from config.env import read_int
from config.settings.components.redis import REDIS_URL, broker_url

_CORES = os.cpu_count() or 1

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
# A message is spent the moment it is read: the lease in the database, not the broker, guards the work.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB; the child is replaced between two jobs
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 3,  # also how long a wake-up waits for a Redis that hangs; Celery's own reads wait one second
    "max_retries": 0,  # of one wake-up: a second try would only wait for the same Redis once more
    "socket_keepalive": True,
    "global_keyprefix": "bandstand.",
    "visibility_timeout": 3600,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
# What happens by the clock. Staff may change the times in the admin (periodic tasks).
CELERY_BEAT_SCHEDULE = {
    "Remove the files of streams that nobody needs any more": {
        "task": "jobs.start",
        "schedule": crontab(minute="17"),
        "args": ["streaming.collect"],
        "options": {"queue": "default", "expires": 1800},
    },
    "Delete uploaded files that were removed a day ago": {
        "task": "jobs.start",
        "schedule": crontab(minute="37"),
        "args": ["media.collect"],
        "options": {"queue": "default", "expires": 1800},
    },
    "Remove uploads that were not finished in time": {
        "task": "jobs.start",
        "schedule": crontab(minute="27"),
        "args": ["media.expire_uploads"],
        "options": {"queue": "default", "expires": 1800},
    },
    "Delete accounts whose time is over, old copies of data and old activity": {
        "task": "jobs.start",
        "schedule": crontab(minute="47"),
        "args": ["accounts.tidy"],
        "options": {"queue": "default", "expires": 1800},
    },
    "Let memberships begin and end": {
        "task": "jobs.start",
        "schedule": crontab(),
        "args": ["memberships.turn"],
        "options": {"queue": "default", "expires": 50},
    },
    "Send notifications that could not be mailed": {
        "task": "jobs.start",
        "schedule": crontab(minute="47"),
        "args": ["notifications.mail"],
        "options": {"queue": "default", "expires": 1800},
    },
    "Forget old notifications": {
        "task": "jobs.start",
        "schedule": crontab(minute="12", hour="4"),
        "args": ["notifications.forget"],
        "options": {"queue": "default", "expires": 7200},
    },
    "Empty the trash of what has been in it for long": {
        "task": "jobs.start",
        "schedule": crontab(minute="7", hour="4"),
        "args": ["catalog.empty_trash"],
        "options": {"queue": "default", "expires": 7200},
    },
    "Read the members of all campaigns at Patreon": {
        "task": "jobs.start",
        "schedule": timedelta(hours=5),
        "args": ["memberships.patreon_sync"],
        "options": {"queue": "default", "expires": 7200},
    },
    "Forget old messages of Patreon and Ko-fi": {
        "task": "jobs.start",
        "schedule": crontab(minute="47", hour="3"),
        "args": ["memberships.tidy_sources"],
        "options": {"queue": "default", "expires": 7200},
    },
}

# Slots of a worker by queue: how many jobs one host runs at once. The encoder queue gets half the cores.
JOB_QUEUE_SLOTS = {
    "default": read_int("BANDSTAND_DEFAULT_SLOTS", max(2, _CORES), minimum=1),
    "cpu": read_int("BANDSTAND_CPU_SLOTS", max(1, _CORES // 2), minimum=1),
    "gpu": read_int("BANDSTAND_GPU_SLOTS", 1, minimum=1),
    "io": read_int("BANDSTAND_IO_SLOTS", max(2, _CORES), minimum=1),
}
