"""Encoding anew: one item, or all that is older than the settings. For those who operate the site."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.catalog.models import Item
from apps.core.api_schema import errors
from apps.streaming.permissions import check_operate_streams
from apps.streaming.services.again import backfill, encode_again

_MOST_AT_ONCE = 1000


class _ForOperators(APIView):
    permission_classes = (IsAuthenticated, HasScope)
    scope_to_change = Scope.ADMIN

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        check_operate_streams(request.user)


class QueuedSerializer(serializers.Serializer[Any]):
    job_id = serializers.UUIDField()


class EncodeAgainView(_ForOperators):
    """Makes the next generation of an item's streams; 409 while one is being made."""

    @extend_schema(
        operation_id="items_encode",
        summary="Encode an item again",
        tags=["Streams"],
        request=None,
        responses={202: QueuedSerializer, **errors(409)},
    )
    def post(self, request: Request, item_id: str) -> Response:
        item = get_object_or_404(Item, pk=item_id, trashed_at=None)
        return Response({"job_id": encode_again(item=item).pk}, status=202)


class BackfillSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(default=False)
    limit = serializers.IntegerField(default=100, min_value=1, max_value=_MOST_AT_ONCE)


class OutdatedSerializer(serializers.Serializer[Any]):
    item_id = serializers.UUIDField(source="item.pk")
    title = serializers.CharField(source="item.title")
    changes = serializers.CharField()


class BackfilledSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    items = OutdatedSerializer(many=True)


class BackfillView(_ForOperators):
    """Queues new encodings of what today's settings would make differently, at most `limit`; or only names them."""

    @extend_schema(
        operation_id="streams_backfill",
        summary="Encode what is outdated",
        request=BackfillSerializer,
        responses={200: BackfilledSerializer},
        examples=[OpenApiExample("Only look", value={"dry_run": True, "limit": 20}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        wanted = BackfillSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        found = list(backfill(**wanted.validated_data))
        return Response(BackfilledSerializer({"dry_run": wanted.validated_data["dry_run"], "items": found}).data)
