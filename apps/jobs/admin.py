"""Looking at jobs and setting their limits. Cancelling and trying again go through the same services as everywhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_celery_beat import admin as beat_admin
from django_celery_beat import models as beat
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.jobs.contract import known_kinds
from apps.jobs.models import (
    Alert,
    ExpressLane,
    Job,
    JobEvent,
    JobStep,
    KindLoad,
    KindSlot,
    SlotLease,
    Turn,
    Worker,
)
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry


class KindFilter(admin.SimpleListFilter):
    """The kinds that are known, rather than those in the table: that would read all of it."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted((kind, handler.title) for kind, handler in known_kinds().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "state", "owner", "queue", "attempt", "error_code", "worker", "created_at", "ended_at")
    list_filter = ("state", "queue", KindFilter, "express")
    search_fields = ("=id", "=kind", "=owner__username", "=error_code", "=subject")
    list_select_related = ("owner",)
    ordering = ("-id",)
    actions = ("cancel_jobs", "retry_jobs")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        jobs: QuerySet[Job] = super().get_queryset(request)
        resolved = request.resolver_match
        is_list = resolved is not None and str(resolved.url_name).endswith("changelist")
        return jobs.defer("params", "result", "staff_error") if is_list else jobs

    @admin.action(description="Cancel", permissions=["view"])
    def cancel_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self.for_each(request, jobs, lambda job: cancel(job_id=job.pk, by=request.user), "Cancelled")

    @admin.action(description="Try again", permissions=["view"])
    def retry_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self.for_each(request, jobs, lambda job: retry(job_id=job.pk, by=request.user), "Queued again")


@admin.register(JobStep)
class JobStepAdmin(ReadOnlyAdmin):
    list_display = ("name", "job", "epoch", "created_at")
    list_select_related = ("job",)
    search_fields = ("=job__id",)
    ordering = ("-id",)


@admin.register(JobEvent)
class JobEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "type", "job", "epoch", "detail")
    list_select_related = ("job",)
    search_fields = ("=job__id",)
    ordering = ("-id",)


class LimitAdmin(StaffAdmin):
    """Only the limits may be changed; the counts belong to the engine."""

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(KindLoad)
class KindLoadAdmin(LimitAdmin):
    list_display = ("kind", "cap")
    fields = ("kind", "cap")
    search_fields = ("kind",)
    ordering = ("kind",)


@admin.register(Turn)
class TurnAdmin(LimitAdmin):
    list_display = ("queue", "owner_key", "queued", "queued_express", "running", "cap", "tier_cap", "last_turn")
    list_filter = ("queue",)
    search_fields = ("=owner_key",)
    fields = ("queue", "owner_key", "queued", "queued_express", "running", "last_turn", "tier_cap", "cap")
    readonly_fields = fields[:-1]
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ExpressLane)
class ExpressLaneAdmin(LimitAdmin):
    list_display = ("queue", "running", "cap")
    fields = ("queue", "running", "cap")
    readonly_fields = ("queue", "running")
    ordering = ("queue",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(KindSlot)
class KindSlotAdmin(ReadOnlyAdmin):
    list_display = ("kind", "number", "job_id")
    search_fields = ("kind", "=job_id")
    ordering = ("kind", "number")


@admin.register(SlotLease)
class SlotLeaseAdmin(ReadOnlyAdmin):
    list_display = ("resource", "job", "owner_id", "lease_until")
    list_select_related = ("job",)
    search_fields = ("resource", "=job__id")
    ordering = ("-id",)


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ("name", "host", "queues", "busy", "slots", "started_at", "seen_at")
    search_fields = ("name", "host")
    ordering = ("-seen_at",)


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("event", "subject", "created_at", "sent_at")
    search_fields = ("=event", "=subject")
    ordering = ("-id",)


for _model in (
    beat.PeriodicTask,
    beat.IntervalSchedule,
    beat.CrontabSchedule,
    beat.SolarSchedule,
    beat.ClockedSchedule,
):
    admin.site.unregister(_model)


class TaskSelect(UnfoldAdminSelectWidget, beat_admin.TaskSelectWidget):
    """The tasks that Celery knows."""


class PeriodicTaskForm(beat_admin.PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(beat.PeriodicTask)
class PeriodicTaskAdmin(beat_admin.PeriodicTaskAdmin, StaffAdmin):
    """When things happen by the clock."""

    form = PeriodicTaskForm
    list_select_related = ("interval", "crontab", "solar", "clocked")
    autocomplete_fields = ("interval", "crontab", "solar", "clocked")


@admin.register(beat.IntervalSchedule)
class IntervalScheduleAdmin(StaffAdmin):
    list_display = ("__str__", "every", "period")
    search_fields = ("period",)
    ordering = ("period", "every")


@admin.register(beat.CrontabSchedule)
class CrontabScheduleAdmin(StaffAdmin):
    list_display = ("__str__", "minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    search_fields = ("minute", "hour")
    ordering = ("id",)


@admin.register(beat.SolarSchedule)
class SolarScheduleAdmin(StaffAdmin):
    list_display = ("event", "latitude", "longitude")
    search_fields = ("event",)
    ordering = ("id",)


@admin.register(beat.ClockedSchedule)
class ClockedScheduleAdmin(StaffAdmin):
    list_display = ("clocked_time",)
    search_fields = ("clocked_time",)
    ordering = ("-clocked_time",)
