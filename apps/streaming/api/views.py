from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken
from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.streaming.services.sessions import open_playback
from apps.streaming.viewers import viewer_key


class PlaybackSerializer(serializers.Serializer[Any]):
    master_url = serializers.URLField()
    progressive_url = serializers.URLField(allow_null=True)
    expires_at = serializers.DateTimeField()
    resume_ms = serializers.IntegerField()
    captions = serializers.ListField(child=serializers.DictField())
    peaks_url = serializers.URLField(allow_null=True)
    storyboard_url = serializers.URLField(allow_null=True)


class PlaybackView(APIView):
    """Opens or continues the caller's playback of an item. Visitors may play what is public."""

    permission_classes = (AllowAny, HasScope)
    scope_to_change = Scope.PLAY

    @extend_schema(request=None, responses=PlaybackSerializer)
    def post(self, request: Request, item_id: str) -> Response:
        item = get_object_or_404(Item, pk=item_id)
        token_id = request.auth.pk if isinstance(request.auth, PersonalToken) else None
        playback = open_playback(item=item, viewer=viewer_of(request.user), key=viewer_key(request, token_id=token_id))
        answer: dict[str, Any] = {
            "master_url": request.build_absolute_uri(playback.path),
            "progressive_url": None,
            "expires_at": playback.expires_at,
            "resume_ms": 0,
            "captions": [],
            "peaks_url": None,
            "storyboard_url": None,
        }
        return Response(PlaybackSerializer(answer).data, headers={"Cache-Control": "no-store"})
