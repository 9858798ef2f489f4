from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.catalog.access import Viewer, viewer_of
from apps.catalog.api.serializers import ItemChangeSerializer, ItemDetailSerializer, ItemSerializer
from apps.catalog.models import Item
from apps.catalog.querysets import ItemQuerySet
from apps.catalog.services.edit import edit_item
from apps.catalog.services.identify import keep_both
from apps.catalog.services.trash import trash_item

_KINDS = OpenApiParameter("kind", str, many=True, description="Any of these kinds.")
_ORIGINS = OpenApiParameter("origin", str, many=True, description="Any of these origins.")


class ItemViewSet(GenericViewSet[Item]):
    """What the catalogue holds for whoever asks; visitors see what is published."""

    permission_classes = (IsAuthenticatedOrReadOnly, HasScope)
    serializer_class = ItemDetailSerializer
    queryset = Item.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> ItemQuerySet:
        items = Item.objects.visible_to(self.viewer, timezone.now())
        return items.select_related("owner", "asset__loudness").defer("asset__probe")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.viewer}

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request.user)

    @extend_schema(parameters=[_KINDS, _ORIGINS], responses=ItemSerializer(many=True))
    def list(self, request: Request) -> Response:
        items = self.get_queryset().defer("chapters")
        for field in ("kind", "origin"):
            if chosen := request.query_params.getlist(field):
                items = items.filter(**{f"{field}__in": chosen})
        page = self.paginate_queryset(items)
        shown = ItemSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    def retrieve(self, request: Request, pk: UUID) -> Response:
        return Response(self.get_serializer(self._item(pk)).data)

    @extend_schema(request=ItemChangeSerializer, responses=ItemDetailSerializer)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        change = ItemChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        item = edit_item(item=self._item(pk), viewer=self.viewer, **change.validated_data)
        return Response(self.get_serializer(item).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        trash_item(item=self._item(pk), viewer=self.viewer)
        return Response(status=204)

    @extend_schema(request=None, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: UUID) -> Response:
        """Keeps an item although its owner has the same bytes in an older one: `duplicate_of` becomes null."""
        return Response(self.get_serializer(keep_both(item=self._item(pk), viewer=self.viewer)).data)

    def _item(self, pk: UUID) -> Item:
        return get_object_or_404(self.get_queryset(), pk=pk)
