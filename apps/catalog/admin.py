from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from apps.catalog.access import viewer_of
from apps.catalog.covers import COVERS
from apps.catalog.models import AccessPolicy, Collection, Item, PlaylistEntry, PolicyStep
from apps.catalog.services.edit import edit_item
from apps.catalog.services.trash import restore_item, trash_item
from apps.core.admin_pages import ReadOnlyAdmin, StaffAdmin
from apps.media.enums import Place
from apps.media.services.pictures import move_pictures


@admin.register(Item)
class ItemAdmin(StaffAdmin):
    """Its words may be changed, through the same service as everywhere; who may play it, in the studio, where its policy is
    explained; the rest is what was found and made."""

    list_display: ClassVar = ("title", "kind", "origin", "owner", "state", "access", "published_at", "trashed_at")
    list_filter: ClassVar = ("kind", "origin", "state", "access__kind", "demo")
    search_fields: ClassVar = ("title", "=id", "=owner__username")
    list_select_related: ClassVar = ("owner", "access")
    ordering: ClassVar = ("-id",)
    readonly_fields: ClassVar = (
        *(
            "access",
            "policy",
            "home",
            "downloads",
            "kind",
            "published_at",
            "trashed_at",
            "owner",
            "origin",
            "state",
            "trouble",
            "asset",
            "duplicate_of",
        ),
        *("demo", "tags", "chapters", "cover_origin", "cover", "described_at"),
    )
    fields: ClassVar = ("title", *readonly_fields)
    actions: ClassVar = ("publish", "hide", "throw_away", "bring_back", "cover_to_s3", "cover_to_disk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Item, form: "ModelForm[Item]", change: bool) -> None:
        edit_item(item=obj, viewer=viewer_of(request.user), title=obj.title)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        now = timezone.now()
        self.for_each(
            request,
            items,
            lambda item: edit_item(item=item, viewer=viewer, published_at=item.published_at or now),
            "Published",
        )

    @admin.action(description="Hide from the public", permissions=["change"])
    def hide(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: edit_item(item=item, viewer=viewer, published_at=None), "Hidden")

    @admin.action(description="Move to the trash", permissions=["change"])
    def throw_away(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: trash_item(item=item, viewer=viewer), "In the trash")

    @admin.action(description="Bring back from the trash", permissions=["change"])
    def bring_back(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        viewer = viewer_of(request.user)
        self.for_each(request, items, lambda item: restore_item(item=item, viewer=viewer), "Brought back")

    @admin.action(description="Move its picture to S3", permissions=["view"])
    def cover_to_s3(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        self._move_cover(request, items, Place.S3)

    @admin.action(description="Move its picture to this site's disk", permissions=["view"])
    def cover_to_disk(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        self._move_cover(request, items, Place.LOCAL)

    def _move_cover(self, request: HttpRequest, items: QuerySet[Item], to: Place) -> None:
        self.for_each(
            request,
            items,
            lambda item: move_pictures(folder=COVERS, owner_id=item.pk, to=to),
            f"Queued to be moved to {to.label}",
        )


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    """Made and changed in the studio and by the API, where what its items inherit follows."""

    list_display: ClassVar = ("title", "kind", "owner", "access", "published_at", "trashed_at")
    list_filter: ClassVar = ("kind", "access__kind")
    search_fields: ClassVar = ("title", "=id", "=owner__username")
    list_select_related: ClassVar = ("owner", "access")
    ordering: ClassVar = ("-id",)
    exclude: ClassVar = ("entries",)


@admin.register(PlaylistEntry)
class PlaylistEntryAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("item", "collection", "number")
    search_fields: ClassVar = ("=item__id", "=collection__id")
    list_select_related: ClassVar = ("item", "collection")
    ordering: ClassVar = ("-pk",)


@admin.register(AccessPolicy)
class AccessPolicyAdmin(ReadOnlyAdmin):
    """What things name. Rows do not change: another policy is another row."""

    list_display: ClassVar = ("kind", "rank", "tiers", "preview_s", "first_opens_at", "seen_at")
    list_filter: ClassVar = ("kind",)
    search_fields: ClassVar = ("=id",)
    ordering: ClassVar = ("-id",)


@admin.register(PolicyStep)
class PolicyStepAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ("policy", "opens_at", "rank", "tiers")
    search_fields: ClassVar = ("=policy__id",)
    list_select_related: ClassVar = ("policy",)
    ordering: ClassVar = ("-pk",)
