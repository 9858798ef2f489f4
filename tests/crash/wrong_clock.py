"""`python wrong_clock.py SECONDS …`: Celery, in a process that believes in a time that is so many seconds later.

What moves is what Python code asks: `django.utils.timezone.now`, `time.time` and `time.time_ns`. The kernel's clock cannot be
moved for one process alone, so files keep their times, and so does FFmpeg, which asks no wall clock.
"""

import runpy
import sys
import time
from datetime import timedelta

from django.utils import timezone

_SHIFT_S = int(sys.argv[1])
_time, _time_ns, _now = time.time, time.time_ns, timezone.now

time.time = lambda: _time() + _SHIFT_S
time.time_ns = lambda: _time_ns() + _SHIFT_S * 10**9
timezone.now = lambda: _now() + timedelta(seconds=_SHIFT_S)

sys.argv = ["celery", *sys.argv[2:]]
runpy.run_module("celery", run_name="__main__", alter_sys=True)
