"""One job: its state, its parts, its history, and what can be done with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import AppError
from apps.jobs.enums import State
from apps.jobs.models import Job
from apps.jobs.pages import rows_of
from apps.jobs.permissions import can_change_job, can_read_staff_errors, check_change_job
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry

_MOST_PARTS = 400
_MOST_EVENTS = 100


@login_required
@require_GET
def detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Six queries. A job of somebody else is not there."""
    job = _visible(request, job_id)
    context = {
        "row": rows_of([job])[0],
        "job": job,
        "parts": rows_of(job.children.order_by("id")[:_MOST_PARTS]),
        "events": list(job.events.order_by("-id")[:_MOST_EVENTS]),
        "can_cancel": job.is_live and job.cancel_requested_at is None and can_change_job(request.user, job),
        "can_retry": _can_retry(request, job),
        "for_staff": can_read_staff_errors(request.user),
    }
    return render(request, "jobs/detail/index.html", context)


@login_required
@require_GET
def row(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The job as one line of a list, for pages that show it live."""
    return render(request, "jobs/_row.html", {"row": rows_of([_visible(request, job_id)])[0]})


@login_required
@require_POST
def cancel_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = _visible(request, job_id)
    check_change_job(request.user, job)
    try:
        cancel(job_id=job.pk, by=request.user)
        messages.success(request, "The job is being cancelled.")
    except AppError as error:
        messages.error(request, error.message)
    return redirect("job-detail", job_id=job_id)


@login_required
@require_POST
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = _visible(request, job_id)
    check_change_job(request.user, job)
    try:
        retry(job_id=job.pk, by=request.user)
        messages.success(request, "The job is queued again.")
    except AppError as error:
        messages.error(request, error.message)
    return redirect("job-detail", job_id=job_id)


def _visible(request: HttpRequest, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("owner", "parent"), pk=job_id)


def _can_retry(request: HttpRequest, job: Job) -> bool:
    ended_badly = job.state in {State.FAILED, State.CANCELLED}
    return ended_badly and job.parent_id is None and can_change_job(request.user, job)
