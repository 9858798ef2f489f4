from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.catalog.access import Viewer, decide, viewer_of
from apps.catalog.api.policies import PolicySerializer
from apps.catalog.api.serializers import ItemSerializer
from apps.catalog.enums import CollectionKind
from apps.catalog.models import Collection
from apps.catalog.querysets import CollectionQuerySet
from apps.catalog.services.collections import (
    LONGEST_SUMMARY,
    MOST_ITEMS,
    create_collection,
    edit_collection,
    items_of,
    restore_collection,
    set_items,
    trash_collection,
)
from apps.core.errors import Invalid

_KINDS = OpenApiParameter("kind", str, many=True, description="Any of these kinds.")
_TRASHED = OpenApiParameter("trashed", bool, description="`true`: what is in the trash of the caller instead.")


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    """An ordered set of items. `access` is what its items inherit that live here, for the caller."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    owner = serializers.SerializerMethodField()
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent_id", read_only=True, allow_null=True, help_text="A season's series."
    )
    policy = serializers.SerializerMethodField()
    policy_from = serializers.ChoiceField(choices=["own", "collection", "site"], read_only=True)
    access = serializers.SerializerMethodField()

    class Meta:
        model = Collection
        fields: tuple[str, ...] = (
            "id", "kind", "title", "slug", "url", "summary", "owner", "parent", "policy", "policy_from", "access",
            "published_at", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "nullable": True, "description": "User name."})
    def get_owner(self, collection: Collection) -> str | None:
        return collection.owner.username if collection.owner else None

    @extend_schema_field(PolicySerializer)
    def get_policy(self, collection: Collection) -> dict[str, Any]:
        spec: dict[str, Any] = collection.access.spec
        return spec

    @extend_schema_field({"type": "string", "enum": ["allow", "preview", "deny"]})
    def get_access(self, collection: Collection) -> str:
        return str(decide(self.context["viewer"], collection.subject, timezone.now()).verdict)


class CollectionDetailSerializer(CollectionSerializer):
    items = serializers.SerializerMethodField()

    class Meta(CollectionSerializer.Meta):
        fields = (*CollectionSerializer.Meta.fields, "items")
        read_only_fields = fields

    @extend_schema_field(ItemSerializer(many=True))
    def get_items(self, collection: Collection) -> Any:
        found = items_of(collection, self.context["viewer"], timezone.now())
        return ItemSerializer(found, many=True, context=self.context).data


class CollectionChangeSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, max_length=200)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_SUMMARY)
    policy = PolicySerializer(required=False, allow_null=True, help_text="null: as its series says, or the site.")
    published_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="From when on others see it; null hides it."
    )


class CollectionCreateSerializer(CollectionChangeSerializer):
    kind = serializers.ChoiceField(choices=CollectionKind.choices)
    title = serializers.CharField(max_length=200)
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="The series of a season."
    )


class CollectionItemsSerializer(serializers.Serializer[Any]):
    items = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_ITEMS, help_text="Ids, in order.")


class CollectionViewSet(GenericViewSet[Collection]):
    """Albums, books, series, seasons, playlists and boards."""

    permission_classes = (IsAuthenticatedOrReadOnly, HasScope)
    serializer_class = CollectionDetailSerializer
    queryset = Collection.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> CollectionQuerySet:
        return Collection.objects.visible_to(self.viewer, timezone.now()).select_related("owner", "access")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.viewer}

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request.user)

    @extend_schema(summary="Collections", parameters=[_KINDS, _TRASHED], responses=CollectionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All that the caller may know of, the newest first, without their items."""
        found = self._trashed() if request.query_params.get("trashed") == "true" else self.get_queryset()
        if kinds := request.query_params.getlist("kind"):
            found = found.filter(kind__in=kinds)
        page = self.paginate_queryset(found)
        shown = CollectionSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="collections_create",
        summary="Make a collection",
        request=CollectionCreateSerializer,
        responses={201: CollectionDetailSerializer},
        examples=[
            OpenApiExample(
                "For members first",
                value={
                    "kind": "album",
                    "title": "Evenings",
                    "policy": {"kind": "public", "early_access": [{"rank": 20, "from": "2026-12-01T18:00:00Z"}]},
                },
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Without items as yet. For those who create here."""
        asked = CollectionCreateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        parent_id = said.pop("parent", None)
        parent = self.get_queryset().filter(pk=parent_id).first() if parent_id else None
        if parent_id and parent is None:
            raise Invalid("There is no such series.", fields={"parent": ["There is no such series."]})
        made = create_collection(owner=request.user, viewer=self.viewer, parent=parent, **said)  # type: ignore[arg-type]
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(operation_id="collections_read", summary="One collection")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """A collection with its items in order, those that the caller may know of."""
        return Response(self.get_serializer(self._collection(pk)).data)

    @extend_schema(
        operation_id="collections_change",
        summary="Change a collection",
        request=CollectionChangeSerializer,
        responses=CollectionDetailSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Changes what is sent and leaves the rest. Items that live here and say nothing themselves follow its policy."""
        change = CollectionChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        found = edit_collection(collection=self._collection(pk), viewer=self.viewer, **change.validated_data)
        return Response(self.get_serializer(found).data)

    @extend_schema(operation_id="collections_trash", summary="Throw a collection away", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Into the trash. Its items stay, and as shut as they were."""
        trash_collection(collection=self._collection(pk), viewer=self.viewer)
        return Response(status=204)

    @extend_schema(
        operation_id="collections_restore",
        summary="Take a collection back",
        request=None,
        responses=CollectionDetailSerializer,
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: UUID) -> Response:
        """Out of the trash, as it was."""
        found = get_object_or_404(self._trashed() | self.get_queryset(), pk=pk)
        restore_collection(collection=found, viewer=self.viewer)
        found.refresh_from_db()
        return Response(self.get_serializer(found).data)

    @extend_schema(
        operation_id="collections_items",
        summary="Say what is in a collection",
        request=CollectionItemsSerializer,
        responses=CollectionDetailSerializer,
    )
    @action(detail=True, methods=["put"])
    def items(self, request: Request, pk: UUID) -> Response:
        """Makes these its items, in this order. An item has one home: it leaves the one that it had."""
        asked = CollectionItemsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = self._collection(pk)
        set_items(collection=found, viewer=self.viewer, item_ids=asked.validated_data["items"])
        return Response(self.get_serializer(found).data)

    def _trashed(self) -> CollectionQuerySet:
        return Collection.objects.trashed_for(self.viewer).select_related("owner", "access")

    def _collection(self, pk: UUID) -> Collection:
        return get_object_or_404(self.get_queryset(), pk=pk)
