"""`/api/v1/jobs/`: to look at, to cancel, to try again."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.core.api_schema import errors
from apps.jobs.api.serializers import JobSerializer
from apps.jobs.models import Job
from apps.jobs.permissions import check_change_job
from apps.jobs.services.cancel import cancel
from apps.jobs.services.retry import retry

_FILTERS = ("state", "kind", "queue", "subject")


class JobViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Job]):
    """One's own jobs; whoever operates the site sees all. Lists leave out the parts of jobs unless `parent` is given."""

    serializer_class = JobSerializer
    queryset = Job.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Job]:
        jobs = Job.objects.visible_to(self.request.user).select_related("owner")
        if self.action != "list":
            return jobs
        for name in _FILTERS:
            if chosen := self.request.query_params.getlist(name):
                jobs = jobs.filter(**{f"{name}__in": chosen})
        parent = self.request.query_params.get("parent")
        return jobs.filter(parent_id=_uuid_or_none(parent)) if parent else jobs.roots()

    @extend_schema(
        summary="Background work",
        parameters=[
            *(OpenApiParameter(name, str, many=True, description=f"Any of these: {name}.") for name in _FILTERS),
            OpenApiParameter("parent", str, description="The parts of this job."),
        ],
    )
    def list(self, request: Request) -> Response:
        """One's own jobs, the newest first; whoever operates the site sees all. Parts of jobs only with `parent`."""
        return super().list(request)

    @extend_schema(operation_id="jobs_read", summary="One job")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Where it stands: state, progress, and the reason where it failed."""
        return super().retrieve(request)

    @extend_schema(
        operation_id="jobs_cancel", summary="Cancel a job", request=None, responses={200: JobSerializer, **errors(409)}
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID) -> Response:
        """Ends a job with all its parts; 409 if it has ended already."""
        job = self.get_object()
        check_change_job(request.user, job)
        return Response(self.get_serializer(cancel(job_id=job.pk, by=request.user)).data)

    @extend_schema(
        operation_id="jobs_retry",
        summary="Try a job again",
        request=None,
        responses={200: JobSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID) -> Response:
        """Queues a failed or cancelled job again; 409 in any other state."""
        job = self.get_object()
        check_change_job(request.user, job)
        return Response(self.get_serializer(retry(job_id=job.pk, by=request.user)).data)


def _uuid_or_none(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
