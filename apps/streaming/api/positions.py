"""Where somebody is in what they play, told by players every ten seconds and when they leave."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.core.api_parsers import JSONParser
from apps.core.api_schema import errors
from apps.streaming.api.calling import known_caller
from apps.streaming.services.positions import Beat, record_position

# A year; nothing that is played is longer.
_LONGEST_MS = 366 * 24 * 3600 * 1000
_LAST_SEQ = 2**53


class PositionSerializer(serializers.Serializer[Any]):
    """`at` is the player's own time, `device` its own name, `seq` counts what it told: saying it twice changes nothing."""

    position_ms = serializers.IntegerField(min_value=0, max_value=_LONGEST_MS)
    duration_ms = serializers.IntegerField(min_value=1, max_value=_LONGEST_MS, required=False, allow_null=True)
    at = serializers.DateTimeField()
    device = serializers.RegexField(r"^[A-Za-z0-9_-]{8,36}\Z")
    seq = serializers.IntegerField(min_value=0, max_value=_LAST_SEQ)
    ended = serializers.BooleanField(required=False, default=False)


class PositionView(APIView):
    """Keeps where the caller is in an item. Of visitors nothing is kept; a form is read too, for `sendBeacon`."""

    permission_classes = (AllowAny, HasScope)
    scope_to_change = Scope.PLAY
    parser_classes = (JSONParser, FormParser)
    rate = "positions"

    @extend_schema(
        operation_id="items_playback_position",
        summary="Tell where you are in an item",
        tags=["Streams"],
        request=PositionSerializer,
        responses={204: OpenApiResponse(description="Kept, or not news."), **errors(400)},
    )
    def post(self, request: Request, item_id: str) -> Response:
        item = get_object_or_404(Item, pk=item_id)
        told = PositionSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        beat = Beat(**told.validated_data)
        record_position(item=item, viewer=viewer_of(request.user), key=_key(request), beat=beat)
        return Response(status=204)


def _key(request: Request) -> str:
    """Whose session it belongs to; none for visitors, of whom nothing is kept."""
    if not request.user.is_authenticated:
        return ""
    return known_caller(request).key
