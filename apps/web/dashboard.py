"""What staff see first in the admin: is every part well, what waits, what failed. The same facts as `manage.py doctor`."""

import shutil
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince

from apps.catalog.models import Item
from apps.core import health
from apps.core.clock import database_now
from apps.core.flags import Flag, has_flag
from apps.jobs.claims import claimable_for
from apps.jobs.enums import LIVE, Queue, State
from apps.jobs.models import Job, Worker
from apps.jobs.pages import title_of

_PATIENCE_S = 2.0
_MOST_FAILED = 8
_LATELY = timedelta(days=1)


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback. Costs about fifteen short queries, each of an index range; checks that hang are left after 2 s."""
    if has_flag(request.user, Flag.OPERATE):
        context |= {
            "findings": health.examine(_PATIENCE_S),
            "queues": _queues(),
            "states": _states(),
            "failures": _failures(),
            "title": "Overview",
            "disk": _disk(),
            "demo_items": Item.objects.filter(demo=True).count(),
        }
    return context


def _queues() -> dict[str, Any]:
    """Per queue: for how long work that could run has waited, what waits and runs, and who serves it."""
    counted = Job.objects.filter(state__in=(State.QUEUED, State.RUNNING)).values_list("queue", "state")
    counts = {(queue, state): n for queue, state, n in counted.annotate(n=Count("id")).order_by()}
    serving = [worker.queues for worker in Worker.objects.all()[:500]]
    rows = []
    for queue in Queue:
        age = claimable_for(queue)
        waited = "–" if age is None else f"{age.total_seconds():.0f} s"
        workers = sum(queue in queues for queues in serving)
        rows.append([queue.label, waited, counts.get((queue, "queued"), 0), counts.get((queue, "running"), 0), workers])
    return {"headers": ["Queue", "Oldest waits", "Waiting", "Running", "Workers"], "rows": rows}


def _states() -> list[dict[str, Any]]:
    """Live jobs by state, and how the last day's ended."""
    since = database_now() - _LATELY
    live = dict(Job.objects.filter(state__in=LIVE).values_list("state").annotate(n=Count("id")).order_by())
    ended = dict(Job.objects.filter(ended_at__gt=since).values_list("state").annotate(n=Count("id")).order_by())
    page = reverse("admin:jobs_job_changelist")
    return [
        {
            "label": state.label if state in LIVE else f"{state.label}, last day",
            "count": (live if state in LIVE else ended).get(state, 0),
            "link": f"{page}?state__exact={state}",
        }
        for state in State
    ]


def _failures() -> dict[str, Any]:
    """The newest that failed and are nobody's part."""
    jobs = Job.objects.roots().filter(state=State.FAILED).select_related("owner")
    jobs = jobs.defer("params", "result", "staff_error").order_by("-id")[:_MOST_FAILED]
    rows = [
        [
            format_html(
                '<a class="underline" href="{}">{}</a>', reverse("job-detail", args=[job.pk]), title_of(job.kind)
            ),
            job.error_message or job.error_code,
            job.owner.username if job.owner else "the site",
            f"{timesince(job.ended_at)} ago" if job.ended_at else "",
        ]
        for job in jobs
    ]
    return {"headers": ["Work", "Why", "For", "When"], "rows": rows}


def _disk() -> dict[str, Any] | None:
    """None where there is no folder; what is wrong then, the findings say."""
    try:
        usage = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:
        return None
    return {
        "percent": round(usage.used / usage.total * 100),
        "words": f"{filesizeformat(usage.free)} free of {filesizeformat(usage.total)}",
        "folder": settings.MEDIA_ROOT,
    }
