"""`/api/v1/notifications/`: what the caller was told, and how they want to be told."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.notifications.api.serializers import (
    AllReadSerializer,
    ChoiceChangeSerializer,
    ChoiceSerializer,
    CountSerializer,
    NotificationSerializer,
)
from apps.notifications.models import Notification
from apps.notifications.services.choose import choices_of, choose
from apps.notifications.services.read import mark_all_read, mark_read


class NotificationViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Notification]):
    """The caller's own; nobody else's, whoever asks."""

    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Notification]:
        mine = Notification.objects.visible_to(self.request.user)
        if self.action != "list":
            return mine
        if chosen := self.request.query_params.getlist("kind"):
            mine = mine.filter(kind__in=chosen)
        return mine.unread() if self.request.query_params.get("unread") == "true" else mine

    @extend_schema(
        summary="What the caller was told",
        parameters=[
            OpenApiParameter("kind", str, many=True, description="Any of these kinds."),
            OpenApiParameter("unread", bool, description="`true`: only what was not read."),
        ],
    )
    def list(self, request: Request) -> Response:
        """Newest first; kept for 90 days."""
        return super().list(request)

    @extend_schema(operation_id="notifications_see", summary="One notification")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Looking at it does not mark it as read."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        operation_id="notifications_mark_read",
        summary="Mark one as read",
        request=None,
        responses=NotificationSerializer,
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: UUID) -> Response:
        """One that was read stays as it is."""
        return Response(self.get_serializer(mark_read(person=self._person, notification_id=pk)).data)

    @extend_schema(
        operation_id="notifications_mark_all_read",
        summary="Mark all as read",
        request=AllReadSerializer,
        responses=CountSerializer,
        examples=[OpenApiExample("All", value={}, request_only=True)],
    )
    @action(detail=False, methods=["post"], url_path="read")
    def read_all(self, request: Request) -> Response:
        """All, or all up to the one that was seen. Answers with how many there were."""
        asked = AllReadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"count": mark_all_read(person=self._person, until=asked.validated_data.get("until"))})

    @extend_schema(
        operation_id="notifications_unread", summary="How many are unread", responses=CountSerializer, filters=False
    )
    @action(detail=False, methods=["get"])
    def unread(self, request: Request) -> Response:
        """The number at the bell."""
        return Response({"count": Notification.objects.visible_to(request.user).unread().count()})

    @extend_schema(
        operation_id="notifications_choices", summary="How the caller is told", responses=ChoiceSerializer(many=True)
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def choices(self, request: Request) -> Response:
        """Every kind that this caller can be told of."""
        return Response(ChoiceSerializer(choices_of(self._person), many=True).data)

    @extend_schema(
        operation_id="notifications_choose",
        summary="Choose how to be told",
        request=ChoiceChangeSerializer,
        responses=ChoiceSerializer,
        examples=[OpenApiExample("By mail", value={"kind": "gift.received", "by_mail": True}, request_only=True)],
    )
    @choices.mapping.patch
    def choose(self, request: Request) -> Response:
        """Changes what is sent and leaves the rest."""
        asked = ChoiceChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(ChoiceSerializer(choose(person=self._person, **asked.validated_data)).data)

    @property
    def _person(self) -> Any:
        return self.request.user
