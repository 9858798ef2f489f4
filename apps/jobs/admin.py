"""Looking at jobs and setting their limits. Cancelling and trying again go through the same services as everywhere."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.core.errors import AppError
from apps.jobs.models import Alert, ExpressLane, Job, KindLoad, Turn, Worker
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry


class LookOnlyAdmin(ModelAdmin):
    """Rows that the engine alone writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(LookOnlyAdmin):
    list_display = ("kind", "state", "owner", "queue", "attempt", "error_code", "worker", "created_at", "ended_at")
    list_filter = ("state", "queue", "kind", "express")
    search_fields = ("=id", "kind", "owner__username", "error_code", "subject")
    list_select_related = ("owner",)
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("cancel_jobs", "retry_jobs")

    @admin.action(description="Cancel", permissions=["view"])
    def cancel_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        for job in jobs:
            try:
                cancel(job_id=job.pk, by=request.user)
            except AppError as error:
                messages.warning(request, f"{job}: {error.message}")

    @admin.action(description="Try again", permissions=["view"])
    def retry_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        for job in jobs:
            try:
                retry(job_id=job.pk, by=request.user)
            except AppError as error:
                messages.warning(request, f"{job}: {error.message}")


class LimitAdmin(ModelAdmin):
    """Only the limits may be changed; the counts belong to the engine."""

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(KindLoad)
class KindLoadAdmin(LimitAdmin):
    list_display = ("kind", "cap")
    fields = ("kind", "cap")
    search_fields = ("kind",)


@admin.register(Turn)
class TurnAdmin(LimitAdmin):
    list_display = ("queue", "owner_key", "queued", "queued_express", "running", "cap", "last_turn")
    list_filter = ("queue",)
    search_fields = ("=owner_key",)
    fields = ("queue", "owner_key", "queued", "queued_express", "running", "last_turn", "cap")
    readonly_fields = fields[:-1]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ExpressLane)
class ExpressLaneAdmin(LimitAdmin):
    list_display = ("queue", "running", "cap")
    fields = ("queue", "running", "cap")
    readonly_fields = ("queue", "running")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Worker)
class WorkerAdmin(LookOnlyAdmin):
    list_display = ("name", "host", "queues", "busy", "slots", "started_at", "seen_at")


@admin.register(Alert)
class AlertAdmin(LookOnlyAdmin):
    list_display = ("event", "subject", "created_at", "sent_at")
    list_filter = ("event",)
    ordering = ("-id",)
