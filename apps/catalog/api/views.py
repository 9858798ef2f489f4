from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.catalog.access import Viewer, decide, viewer_of
from apps.catalog.api.parsers import PICTURE_PARSERS
from apps.catalog.api.policies import DecisionSerializer, told
from apps.catalog.api.serializers import ItemChangeSerializer, ItemDetailSerializer, ItemSerializer
from apps.catalog.models import Item
from apps.catalog.permissions import can_ask_for_others
from apps.catalog.querysets import ItemQuerySet
from apps.catalog.services.choose_cover import choose_cover, reset_cover
from apps.catalog.services.edit import edit_item
from apps.catalog.services.identify import keep_both
from apps.catalog.services.people import find_person
from apps.catalog.services.trash import restore_item, trash_item
from apps.catalog.words import why
from apps.core.api_schema import errors
from apps.core.errors import NotAllowed

_KINDS = OpenApiParameter("kind", str, many=True, description="Any of these kinds.")
_TRASHED = OpenApiParameter("trashed", bool, description="`true`: what is in the trash of the caller instead.")
_PERSON = OpenApiParameter("person", str, description="A user name or an id, instead of the caller: for staff.")
_ORIGINS = OpenApiParameter("origin", str, many=True, description="Any of these origins.")


class ItemViewSet(GenericViewSet[Item]):
    """What the catalogue holds for whoever asks; visitors see what is published."""

    permission_classes = (IsAuthenticatedOrReadOnly, HasScope)
    serializer_class = ItemDetailSerializer
    queryset = Item.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> ItemQuerySet:
        items = Item.objects.visible_to(self.viewer, timezone.now())
        return items.select_related("owner", "access", "asset__loudness").defer("asset__probe")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.viewer}

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request.user)

    @extend_schema(
        summary="What there is", parameters=[_KINDS, _ORIGINS, _TRASHED], responses=ItemSerializer(many=True)
    )
    def list(self, request: Request) -> Response:
        """Everything that the caller may know of, the newest first, also what is locked for them."""
        items = self._trashed() if request.query_params.get("trashed") == "true" else self.get_queryset()
        items = items.defer("chapters")
        for field in ("kind", "origin"):
            if chosen := request.query_params.getlist(field):
                items = items.filter(**{f"{field}__in": chosen})
        page = self.paginate_queryset(items)
        shown = ItemSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(operation_id="items_read", summary="One item")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """An item with its chapters."""
        return Response(self.get_serializer(self._item(pk)).data)

    @extend_schema(
        operation_id="items_change",
        summary="Change an item",
        request=ItemChangeSerializer,
        responses=ItemDetailSerializer,
        examples=[OpenApiExample("A new title", value={"title": "Harbour at night"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Changes what is sent and leaves the rest. For its owner and for staff."""
        change = ItemChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        item = edit_item(item=self._item(pk), viewer=self.viewer, **change.validated_data)
        return Response(self.get_serializer(item).data)

    @extend_schema(operation_id="items_trash", summary="Throw an item away", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Into the trash: nobody finds or plays it any more, work on it ends, its files stay for a while."""
        trash_item(item=self._item(pk), viewer=self.viewer)
        return Response(status=204)

    @extend_schema(
        operation_id="items_restore", summary="Take an item back", request=None, responses=ItemDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: UUID) -> Response:
        """Out of the trash, as it was. What is not in the trash stays as it is."""
        item = get_object_or_404(self._trashed() | self.get_queryset(), pk=pk)
        restore_item(item=item, viewer=self.viewer)
        item.refresh_from_db()
        return Response(self.get_serializer(item).data)

    @extend_schema(
        operation_id="items_access",
        summary="Who may play an item, and why",
        parameters=[_PERSON],
        responses=DecisionSerializer,
    )
    @action(detail=True, methods=["get"])
    def access(self, request: Request, pk: UUID) -> Response:
        """The decision for the caller, explained: the cheapest tier that opens it, and when it opens for whom. Staff may ask
        for somebody else."""
        item, now = self._item(pk), timezone.now()
        viewer = self._asked_for(request.query_params.get("person", ""))
        decision = decide(viewer, item.subject, now)
        return Response(DecisionSerializer(told(decision, why(viewer, item.subject, decision, now))).data)

    def _asked_for(self, name: str) -> Viewer:
        if not name:
            return self.viewer
        if not can_ask_for_others(self.viewer):
            raise NotAllowed("Only those who manage members may ask for somebody else.")
        return viewer_of(find_person(name))

    @extend_schema(
        operation_id="items_keep", summary="Keep a second copy", request=None, responses=ItemDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: UUID) -> Response:
        """Keeps an item although its owner has the same bytes in an older one: `duplicate_of` becomes null."""
        return Response(self.get_serializer(keep_both(item=self._item(pk), viewer=self.viewer)).data)

    @extend_schema(
        operation_id="items_cover",
        summary="Choose a cover",
        request={parser.media_type: bytes for parser in PICTURE_PARSERS},
        responses={200: ItemDetailSerializer, **errors(503)},
    )
    @action(detail=True, methods=["put"], parser_classes=PICTURE_PARSERS)
    def cover(self, request: Request, pk: UUID) -> Response:
        """Makes the body, a PNG, JPEG or WebP picture of at most 10 MB, the item's cover. Wide ones fit best.

        For its owner and for staff.
        """
        blocks = cast("Iterable[bytes]", request.data or ())  # of an empty body DRF makes an empty map
        choose_cover(item=self._item(pk), viewer=self.viewer, content=blocks)
        return Response(self.get_serializer(self._item(pk)).data)

    @extend_schema(operation_id="items_cover_reset", summary="Give a cover back", request=None, responses={204: None})
    @cover.mapping.delete
    def cover_reset(self, request: Request, pk: UUID) -> Response:
        """Takes a chosen cover away; soon the item has the one again that is found in its file.

        One that was not chosen stays.
        """
        reset_cover(item=self._item(pk), viewer=self.viewer)
        return Response(status=204)

    def _trashed(self) -> ItemQuerySet:
        items = Item.objects.trashed_for(self.viewer)
        return items.select_related("owner", "access", "asset__loudness").defer("asset__probe")

    def _item(self, pk: UUID) -> Item:
        return get_object_or_404(self.get_queryset(), pk=pk)
