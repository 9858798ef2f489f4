"""The numbers that jobs run by. Site settings join where staff may change them."""

from datetime import timedelta

from django.conf import settings

# 60 s unless the environment says otherwise. A worker that falls silent is missed after a lease and a sweep at the most.
LEASE = timedelta(seconds=settings.JOB_LEASE_S)
HEARTBEAT_S = settings.JOB_LEASE_S / 4
WATCH_S = min(2.0, HEARTBEAT_S / 2)  # how often an attempt looks whether it was cancelled or lost its lease
SWEEP_S = settings.JOB_LEASE_S / 6
PROGRESS_S = 0.5  # progress is written at most this often
BACKOFF_S = (10, 60, 300)
BACKOFF_JITTER = 0.2
KEEP_EVENTS = timedelta(days=30)
KEEP_ENDED = timedelta(days=90)
MAX_QUEUED_PER_PERSON = 5000
STAFF_ERROR_CHARS = 64 * 1024
FALLBACK_HOLD = timedelta(seconds=30)
WORKER_GONE = timedelta(seconds=45)
RUNNING_PER_PERSON = {"default": 4, "cpu": 2, "gpu": 1, "io": 4}  # defaults of the site settings
FAILING_TIMES = 5
FAILING_WITHIN = timedelta(minutes=15)
