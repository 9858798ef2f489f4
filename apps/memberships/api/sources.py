"""`/api/v1/campaigns/`, `/api/v1/sync-runs/`, `/api/v1/webhook-deliveries/` and `/api/v1/supporters/`.

For creators their own, for those who look after the members all.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.core.api_schema import errors
from apps.core.keyset import uuid_or_none
from apps.memberships.api.sources_shapes import (
    AssignSerializer,
    CampaignSerializer,
    DeliverySerializer,
    RunSerializer,
    SupporterSerializer,
    SyncJobSerializer,
)
from apps.memberships.elsewhere import Cause
from apps.memberships.health_of_sources import healths_of
from apps.memberships.models import KofiSupporter, PatreonCampaign, SyncRun, WebhookDelivery
from apps.memberships.permissions_of_sources import can_connect
from apps.memberships.services.kofi.by_hand import assign_supporter, revoke_supporter
from apps.memberships.services.patreon.sync import submit_sync
from apps.memberships.services.webhooks.receive import replay


class Creates(BasePermission):
    """For those who create here, and for those who look after the members."""

    message = "Campaigns are looked after by those who create here."
    code = "not_allowed"

    def has_permission(self, request: Request, view: Any) -> bool:
        return can_connect(request.user)


def _caller(request: Request) -> Any:
    return request.user


class CampaignViewSet(GenericViewSet[PatreonCampaign]):
    """Campaigns at Patreon that are connected here, and how reading them goes."""

    permission_classes = (IsAuthenticated, HasScope, Creates)
    scope_to_change = Scope.ADMIN
    serializer_class = CampaignSerializer
    queryset = PatreonCampaign.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[PatreonCampaign]:
        return PatreonCampaign.objects.managed_by(self.request.user)

    @extend_schema(summary="Campaigns", responses=CampaignSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The newest first, each with its last reading."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(healths_of(page or []), many=True).data)

    @extend_schema(operation_id="campaigns_read", summary="One campaign")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """How it stands, and what somebody should do."""
        return Response(self.get_serializer(healths_of([get_object_or_404(self.get_queryset(), pk=pk)])[0]).data)

    @extend_schema(
        operation_id="campaigns_sync",
        summary="Read a campaign now",
        request=None,
        responses={202: SyncJobSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: UUID) -> Response:
        """Queues a job, or tells of the one that is under way; 409 where the connection was lost."""
        job = submit_sync(campaign=get_object_or_404(self.get_queryset(), pk=pk), cause=Cause.DEMAND)
        return Response(SyncJobSerializer({"job_id": job.pk}).data, status=202)


class RunViewSet(GenericViewSet[SyncRun]):
    """Readings of campaigns."""

    permission_classes = (IsAuthenticated, HasScope, Creates)
    serializer_class = RunSerializer
    queryset = SyncRun.objects.none()

    def get_queryset(self) -> QuerySet[SyncRun]:
        return SyncRun.objects.managed_by(self.request.user)

    @extend_schema(
        operation_id="sync_runs_list",
        summary="Readings of campaigns",
        parameters=[
            OpenApiParameter("campaign", str, many=True, description="Of any of these campaigns, by id."),
            OpenApiParameter("state", str, many=True, description="Any of these: state."),
        ],
        responses=RunSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first. Kept for 90 days."""
        runs, asked = self.get_queryset(), request.query_params
        if chosen := asked.getlist("campaign"):
            runs = runs.filter(campaign_id__in=[pk for text in chosen if (pk := uuid_or_none(text))])
        if chosen := asked.getlist("state"):
            runs = runs.filter(state__in=chosen)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(runs), many=True).data)


class DeliveryViewSet(GenericViewSet[WebhookDelivery]):
    """Messages of Patreon and Ko-fi."""

    permission_classes = (IsAuthenticated, HasScope, Creates)
    scope_to_change = Scope.ADMIN
    serializer_class = DeliverySerializer
    queryset = WebhookDelivery.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.managed_by(self.request.user).defer("body", "headers")

    @extend_schema(
        operation_id="webhook_deliveries_list",
        summary="Messages of Patreon and Ko-fi",
        parameters=[
            OpenApiParameter(name, str, many=True, description=f"Any of these: {name}.")
            for name in ("provider", "state", "event", "subject")
        ],
        responses=DeliverySerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first. Kept for 30 days; forged ones are only counted."""
        rows = self.get_queryset()
        for name in ("provider", "state", "event", "subject"):
            if chosen := request.query_params.getlist(name):
                rows = rows.filter(**{f"{name}__in": chosen})
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(operation_id="webhook_deliveries_read", summary="One message")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What came of it."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        operation_id="webhook_deliveries_replay",
        summary="Work on a message again",
        request=None,
        responses={202: DeliverySerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: UUID) -> Response:
        """As if it had just come: the truth is read again; 409 while it waits."""
        row = replay(delivery=get_object_or_404(self.get_queryset(), pk=pk))
        row.refresh_from_db()
        return Response(self.get_serializer(row).data, status=202)


class SupporterViewSet(GenericViewSet[KofiSupporter]):
    """Who pays for a membership at Ko-fi."""

    permission_classes = (IsAuthenticated, HasScope, Creates)
    scope_to_change = Scope.ADMIN
    serializer_class = SupporterSerializer
    queryset = KofiSupporter.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[KofiSupporter]:
        return KofiSupporter.objects.managed_by(self.request.user).select_related("person", "tier")

    def _shown(self, pk: UUID) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        summary="Supporters at Ko-fi",
        parameters=[OpenApiParameter("matched", bool, description="Only those with, or without, an account here.")],
        responses=SupporterSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first."""
        rows, matched = self.get_queryset(), request.query_params.get("matched", "")
        if matched:
            wanted = {"true": False, "1": False, "false": True, "0": True}.get(matched.lower())
            rows = rows.none() if wanted is None else rows.filter(person__isnull=wanted)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(operation_id="supporters_read", summary="One supporter")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What they pay for and until when it reaches."""
        return self._shown(pk)

    @extend_schema(
        operation_id="supporters_assign",
        summary="Say who a supporter is",
        request=AssignSerializer,
        responses={200: SupporterSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: UUID) -> Response:
        """For those who look after the members; 409 where somebody has proved that the address is theirs."""
        wanted = AssignSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = get_object_or_404(self.get_queryset(), pk=pk)
        assign_supporter(by=_caller(request), supporter=row, username=wanted.validated_data["username"])
        return self._shown(pk)

    @extend_schema(
        operation_id="supporters_revoke",
        summary="Take a supporter's tier back",
        request=None,
        responses=SupporterSerializer,
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: UUID) -> Response:
        """For those who look after the members: after a refund, of which Ko-fi tells nobody. The next payment gives it again."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        revoke_supporter(by=_caller(request), supporter=row)
        return self._shown(pk)
