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
from apps.catalog.access import viewer_of
from apps.catalog.models import Item
from apps.core.api_schema import errors
from apps.streaming.api.calling import known_caller
from apps.streaming.master import text_label
from apps.streaming.models import Rendition
from apps.streaming.services.offer import master_text
from apps.streaming.services.positions import resume_ms_of
from apps.streaming.services.sessions import Playback, open_playback
from apps.streaming.services.text import FILE as TEXT_FILE
from apps.streaming.services.text import texts_of


class CaptionSerializer(serializers.Serializer[Any]):
    """A track of text beside the pictures. Captions also say what is heard."""

    language = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.URLField()
    kind = serializers.ChoiceField(choices=["subtitles", "captions"])
    forced = serializers.BooleanField()
    default = serializers.BooleanField()


class PlaybackSerializer(serializers.Serializer[Any]):
    master_url = serializers.URLField()
    master = serializers.CharField(
        allow_null=True, help_text="What stands at master_url, where it is at hand: saves players a question."
    )
    progressive_url = serializers.URLField(allow_null=True)
    expires_at = serializers.DateTimeField()
    resume_ms = serializers.IntegerField()
    captions = CaptionSerializer(many=True)
    peaks_url = serializers.URLField(allow_null=True)
    storyboard_url = serializers.URLField(allow_null=True)
    source_url = serializers.URLField(allow_null=True)
    download_url = serializers.URLField(allow_null=True, help_text="The original, for whom their tier lets keep it.")
    preview_ms = serializers.IntegerField(
        allow_null=True, help_text="How much plays, for whom it is a preview; nothing lies beside it then."
    )


class PlaybackView(APIView):
    """Opens or continues the caller's playback of an item. Visitors may play what is public; of what is locked, the preview
    plays that its owner gives."""

    permission_classes = (AllowAny, HasScope)
    scope_to_change = Scope.PLAY
    rate = "playback"

    @extend_schema(
        operation_id="items_playback",
        summary="Play an item",
        tags=["Streams"],
        request=None,
        responses={200: PlaybackSerializer, **errors(409)},
    )
    def post(self, request: Request, item_id: str) -> Response:
        item = get_object_or_404(Item, pk=item_id)
        known, viewer = known_caller(request), viewer_of(request.user)
        playback = open_playback(item=item, viewer=viewer, key=known.key)
        resume_ms = resume_ms_of(item=item, person_id=viewer.person_id)
        answer = {**_addresses(request, playback), "expires_at": playback.expires_at, "resume_ms": resume_ms}
        response = Response(PlaybackSerializer(answer).data, headers={"Cache-Control": "no-store"})
        known.remember(response)
        return response


def _addresses(request: Request, playback: Playback) -> dict[str, Any]:
    """Whole addresses of all that there is, and nothing for what there is not."""
    made = playback.generation
    is_whole = playback.preview_ms is None

    def whole(name: str, *, there: object = True) -> str | None:
        return request.build_absolute_uri(playback.folder + name) if there else None

    return {
        "master_url": whole("master.m3u8"),
        "master": playback.reach.cut("master.m3u8", master) if (master := master_text(made)) else master,
        "progressive_url": whole(f"progressive/{made.progressive}", there=made.progressive and is_whole),
        "captions": [_caption(row, whole(f"{row.name}/{TEXT_FILE}")) for row in texts_of(made)] if is_whole else [],
        "peaks_url": whole("peaks/overview.json", there=made.peaks and is_whole),
        "storyboard_url": whole("story/storyboard.vtt", there=made.storyboard and is_whole),
        "source_url": request.build_absolute_uri(playback.source_path) if playback.source_path else None,
        "download_url": request.build_absolute_uri(playback.download_path) if playback.download_path else None,
        "preview_ms": playback.preview_ms,
    }


def _caption(row: Rendition, url: str | None) -> dict[str, Any]:
    return {
        "language": row.language,
        "label": text_label(row),
        "url": url,
        "kind": "captions" if row.described else "subtitles",
        "forced": row.forced,
        "default": row.main,
    }
