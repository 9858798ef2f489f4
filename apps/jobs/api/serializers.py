from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.jobs.models import Job
from apps.jobs.pages import title_of
from apps.jobs.permissions import can_read_staff_errors


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as its owner sees it; whoever operates the site also gets `staff_error`."""

    title = serializers.SerializerMethodField()
    owner = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    error = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (
            *("id", "kind", "title", "queue", "owner", "parent", "subject", "priority", "state"),
            *("stage", "progress", "rate", "note", "attempt", "max_attempts", "result", "error"),
            *("created_at", "started_at", "ended_at", "cancel_requested_at"),
        )
        read_only_fields = fields

    def get_title(self, job: Job) -> str:
        return title_of(job.kind)

    @extend_schema_field({"description": "What came of it, as its kind tells it; null until then."})
    def get_result(self, job: Job) -> Any:
        return job.result

    def get_progress(self, job: Job) -> dict[str, int]:
        return {"done": job.progress_done, "total": job.progress_total, "percent": job.percent}

    def get_error(self, job: Job) -> dict[str, str] | None:
        if not job.error_code:
            return None
        error = {"code": job.error_code, "message": job.error_message}
        if can_read_staff_errors(self.context["request"].user):
            error["staff_error"] = job.staff_error
        return error
