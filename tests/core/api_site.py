"""Addresses that fail in every way, for tests of the API's error shape; and one list."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.jobs.models import Job
from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

ERRORS = {
    "conflict": Conflict("Somebody was faster."),
    "invalid": Invalid("Too long.", fields={"title": ["Too long."]}),
    "not_allowed": NotAllowed("Not yours."),
    "not_found": NotFound("Gone."),
    "django_404": Http404("secret internals"),
    "django_403": PermissionDenied("secret internals"),
    "crash": ZeroDivisionError("secret internals"),
    "coded": Conflict("Full.", code="quota_full", status=413),
}


class Step(serializers.Serializer):
    rank = serializers.IntegerField()


class Body(serializers.Serializer):
    title = serializers.CharField(max_length=5)
    steps = Step(many=True, required=False)


class JobRow(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = ("id",)


@api_view(["GET"])
@permission_classes([AllowAny])
def fail(request, name):
    raise ERRORS[name]


@api_view(["POST"])
@permission_classes([AllowAny])
def body(request):
    serializer = Body(data=request.data)
    serializer.is_valid(raise_exception=True)
    return Response(serializer.data)


@api_view(["GET"])
def private(request):
    return Response({})


def plain_failure(request, name):
    raise {"crash": ZeroDivisionError, "suspicious": SuspiciousOperation, "forbidden": PermissionDenied}[name]("secret")


class Jobs(ListAPIView):
    serializer_class = JobRow

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user)


urlpatterns = [
    path("api/fail/<name>/", fail),
    path("api/body/", body),
    path("api/private/", private),
    path("api/jobs/", Jobs.as_view()),
    path("api/plain/<name>/", plain_failure),
    path("plain/<name>/", plain_failure),
    path("", include("config.urls")),  # the pages' own links
]
