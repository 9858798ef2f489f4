"""`/api/v1/encoders/`, `/api/v1/items/<id>/renditions/`: what encodes on which machine, and what was made by what, and why."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.streaming.models import EncoderTest, Rendition
from apps.streaming.permissions import check_operate_streams
from apps.streaming.services.trust import forget_tests


class Operates(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        check_operate_streams(request.user)
        return True


class EncoderTestSerializer(serializers.ModelSerializer[EncoderTest]):
    class Meta:
        model = EncoderTest
        fields = ("id", "host", "encoder", "device", "label", "works", "reason", "tested_at")


@extend_schema_view(list=extend_schema(summary="What encodes on which machine"))
class EncoderTestViewSet(ListModelMixin, GenericViewSet[EncoderTest]):
    """What the machines found out about their encoders; `reason` says why one is not used."""

    serializer_class = EncoderTestSerializer
    permission_classes = (Operates, HasScope)
    scope_to_change = Scope.ADMIN
    lookup_value_converter = "int"
    queryset = EncoderTest.objects.all()

    @extend_schema(operation_id="encoders_test", summary="Test an encoder again", request=None, responses={202: None})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: int) -> Response:
        """Has its machine test it again; nothing relies on it until then."""
        forget_tests(ids=[self.get_object().pk])
        return Response(status=202)


class RenditionSerializer(serializers.ModelSerializer[Rendition]):
    generation = serializers.IntegerField(source="generation.number", read_only=True)
    state = serializers.CharField(source="generation.state", read_only=True)

    class Meta:
        model = Rendition
        fields = (
            *("generation", "state", "name", "kind", "codecs", "encoder", "encoder_note", "width", "height"),
            *("cap_kbps", "bandwidth", "average_bandwidth", "segments", "size_bytes"),
        )


@extend_schema_view(list=extend_schema(operation_id="items_renditions", summary="What was made of an item"))
class RenditionViewSet(ListModelMixin, GenericViewSet[Rendition]):
    """What was made of an item, by which encoder and why by that one; the newest first."""

    serializer_class = RenditionSerializer
    permission_classes = (Operates, HasScope)
    queryset = Rendition.objects.none()

    def get_queryset(self) -> QuerySet[Rendition]:
        item_id: UUID = self.kwargs["item_id"]
        return Rendition.objects.filter(generation__item_id=item_id).select_related("generation")
