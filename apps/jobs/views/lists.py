"""My jobs, and all jobs for whoever operates the site."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.jobs.pages import filtered, page_of, rows_of
from apps.jobs.permissions import can_see_all_jobs

_RUNNING_SHOWN = 6
_FILTERS = [("", "All"), ("live", "Going on"), (State.SUCCEEDED, "Done"), (State.FAILED, "Failed")]


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Three queries however many jobs there are."""
    jobs = Job.objects.filter(owner_id=request.user.pk).roots()
    return render(request, "jobs/mine/index.html", _context(request, filtered(jobs, **_asked(request))))


@login_required
@require_GET
def running(request: HttpRequest) -> HttpResponse:
    """What goes on for the person now, for the shell's activity menu: three queries."""
    jobs = Job.objects.filter(owner_id=request.user.pk).roots().live()
    rows = rows_of(jobs.defer("staff_error", "params", "result").order_by("-id")[:_RUNNING_SHOWN])
    count = len(rows) if len(rows) < _RUNNING_SHOWN else jobs.count()
    return render(request, "jobs/running/index.html", {"rows": rows, "count": count, "more": count - len(rows)})


@login_required
@require_GET
def everyone(request: HttpRequest) -> HttpResponse:
    if not can_see_all_jobs(request.user):
        raise PermissionDenied("Only who runs this site sees everybody's jobs.")
    jobs = Job.objects.visible_to(request.user).roots()
    return render(request, "jobs/everyone/index.html", _context(request, filtered(jobs, **_asked(request))))


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"state": request.GET.get("state", "")[:20], "text": request.GET.get("q", "").strip()[:80]}


def _context(request: HttpRequest, jobs: Any) -> dict[str, Any]:
    asked = _asked(request)
    page = page_of(jobs, before=_uuid(request.GET.get("before", "")))
    query = request.GET.copy()
    if page.next_before:
        query["before"] = str(page.next_before)
    return {
        "page": page,
        "asked": asked,
        "filters": _FILTERS,
        "next_url": f"{request.path}?{query.urlencode()}" if page.next_before else "",
        "first_url": request.path if request.GET.get("before") else "",
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
